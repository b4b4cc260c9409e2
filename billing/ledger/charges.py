"""What something cost, taken from a wallet as far as it goes, the rest owed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db.models import F

from billing.ledger.holds import end_holds, wallets_holding
from billing.ledger.wallets import check_amount, lock, move, once, system_wallet
from billing.models import Capture, Debt, Hold, Transfer, Wallet


@dataclass(frozen=True)
class Captured:
    """What became of a charge: paid from the wallet, and owed as a debt."""

    paid: Decimal
    owed: Decimal


def capture(*, wallet: Wallet, subject: str, revision: int, net: Decimal, tax: Decimal, at: datetime) -> Captured:
    """Charge net + tax for one revision of the subject and end its holds.

    What the wallet cannot give beside its other holds becomes a debt. An amount of 0 moves nothing, yet ends the holds.
    Refuses already_captured when this revision was charged before.
    """
    check_amount(net, wallet.currency)
    check_amount(tax, wallet.currency)
    with once("already_captured", f"Revision {revision} of {subject} was charged before."):
        locked = lock([wallet.pk, *wallets_holding(subject)])
        made = Capture.objects.create(wallet=wallet, subject=subject, revision=revision, made_at=at)
        end_holds(subject, locked, Hold.State.CAPTURED, at)
        return charge(made, net=net, tax=tax)


def charge(made: Capture, *, net: Decimal, tax: Decimal) -> Captured:
    """Book a charge on the (locked) wallet: what it can give now, what it owes, and the tax in both."""
    total = net + tax
    wallet = Wallet.objects.get(pk=made.wallet_id)
    paid = min(total, wallet.spendable)
    owed = total - paid
    revenue = system_wallet(Wallet.System.REVENUE, wallet.currency)
    book = partial(move, subject=made.subject, at=made.made_at)
    if paid:
        book(
            source=wallet, target=revenue, amount=paid, kind=Transfer.Kind.CAPTURE, reference=name_part(made, "charge")
        )
    if owed:
        receivable = system_wallet(Wallet.System.RECEIVABLE, wallet.currency)
        book(source=receivable, target=revenue, amount=owed, kind=Transfer.Kind.DEBT, reference=name_part(made, "debt"))
        Debt.objects.create(wallet=wallet, subject=made.subject, reference=str(made), amount=owed, made_at=made.made_at)
    if tax:
        taxes = system_wallet(Wallet.System.TAX, wallet.currency)
        book(source=revenue, target=taxes, amount=tax, kind=Transfer.Kind.TAX, reference=name_part(made, "tax"))
    Wallet.objects.filter(pk=wallet.pk).update(balance=F("balance") - paid, owed=F("owed") + owed)
    return Captured(paid=paid, owed=owed)


def name_part(made: Capture, part: str) -> str:
    """The reference of a part of a charge: charge, debt or tax."""
    return f"{made}:{part}"
