"""Money of a top-up that goes back to its provider, whoever asked for that: what is gone already is owed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum

from billing import events
from billing.ledger.moves import move
from billing.ledger.wallets import ZERO, check_positive, lock, once, system_wallet
from billing.models import Debt, Transfer, Wallet
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence


@dataclass(frozen=True)
class Reversed:
    """What the wallet gave, and what it could not give and owes now."""

    taken: Decimal
    owed: Decimal


def reverse_top_up(
    *, transfer: Transfer, amount: Decimal, reference: str, at: datetime, made_by: str = "", reason: str = ""
) -> Reversed:
    """Take a part or all of a top-up back out of its wallet, as far as it can give; the rest becomes a debt.

    Refuses not_reversible, reversal_exceeds_top_up, and already_reversed for a reference used before.
    """
    wallet = transfer.target
    check_positive(amount, wallet.currency)
    if transfer.kind != Transfer.Kind.TOP_UP:
        raise Refusal("not_reversible", "Only a top-up can be reversed.")
    with once("already_reversed", sentence("%(reference)s was reversed before.", reference=reference)):
        taken = min(amount, lock([wallet.pk])[wallet.pk].spendable)
        check_reversible(transfer, amount, reference)
        book_reversal(
            transfer,
            (wallet, taken, reference),
            (system_wallet(Wallet.System.RECEIVABLE, wallet.currency), amount - taken, f"{reference}:debt"),
            made_by=made_by,
            reason=reason,
            at=at,
        )
        if owed := amount - taken:
            Debt.objects.create(wallet=wallet, subject=transfer.subject, reference=reference, amount=owed, made_at=at)
        Wallet.objects.filter(pk=wallet.pk).update(balance=F("balance") - taken, owed=F("owed") + owed)
        if owed:
            events.tell_debt(wallet=wallet, amount=owed, subject=transfer.subject, at=at)
    return Reversed(taken=taken, owed=owed)


def book_reversal(transfer: Transfer, *ends: tuple[Wallet, Decimal, str], **by_hand: Any) -> None:
    """Write where the money of a top-up comes from that goes back; who asked for it and why stand on each part."""
    for source, part, name in ends:
        if part:
            move(
                source=source,
                target=transfer.source,
                amount=part,
                kind=Transfer.Kind.REVERSAL,
                subject=transfer.subject,
                reference=name,
                reverses=transfer,
                **by_hand,
            )


def check_reversible(transfer: Transfer, amount: Decimal, reference: str) -> None:
    """Refuse a reference that was used, whichever part it left, and more than is left of the top-up."""
    if Transfer.objects.filter(Q(reference=reference) | Q(reference=f"{reference}:debt")).exists():
        raise Refusal("already_reversed", sentence("%(reference)s was reversed before.", reference=reference))
    before = transfer.reversals.aggregate(total=Sum("amount"))["total"] or ZERO
    if before + amount > transfer.amount:
        left = plain(transfer.amount - before, transfer.target.currency)
        raise Refusal("reversal_exceeds_top_up", "That is more than is left of the top-up.", {"left": left})
