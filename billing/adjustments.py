"""Money that a person wants to move: small amounts are booked at once, large ones wait for a second person's word."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing import ledger, receipts
from billing.models import Adjustment, Transfer, Wallet
from drivepower.core.refusals import Refusal

State, Kind = Adjustment.State, Adjustment.Kind


def ask_adjustment(*, wallet: Wallet, amount: Decimal, reason: str, asked_by: str, at: datetime) -> Adjustment:
    """Ask for money to be given to a wallet (amount > 0) or taken from it; booked at once below settings.APPROVAL_FROM.

    Refuses invalid_parameters, and when it is booked at once what `ledger.adjust` refuses.
    """
    ledger.check_positive(abs(amount), wallet.currency)
    if wallet.system:
        raise Refusal("invalid_parameters", "The house's own accounts are not adjusted.")
    asked = Adjustment(kind=Kind.ADJUSTMENT, wallet=wallet, amount=amount)
    return ask(asked, reason=reason, asked_by=asked_by, at=at)


def ask_refund(*, transfer: Transfer, amount: Decimal, reason: str, asked_by: str, at: datetime) -> Adjustment:
    """Ask for a part or all of a charge to be given back; booked at once below settings.APPROVAL_FROM.

    Refuses invalid_parameters, not_refundable and refund_exceeds_charge.
    """
    ledger.check_refundable(transfer=transfer, amount=amount)
    asked = Adjustment(kind=Kind.REFUND, wallet=transfer.source, refunds=transfer, amount=amount)
    return ask(asked, reason=reason, asked_by=asked_by, at=at)


@transaction.atomic
def ask(asked: Adjustment, *, reason: str, asked_by: str, at: datetime) -> Adjustment:
    """Write down who asks and why; book what needs nobody else."""
    if not reason.strip() or not asked_by:
        raise Refusal("invalid_parameters", "It needs a reason, and somebody who asks.")
    asked.reason, asked.asked_by, asked.asked_at = reason.strip(), asked_by, at
    asked.needs_approval = is_large(asked.amount, asked.wallet.currency)
    asked.save()
    if not asked.needs_approval:
        book(asked, decided_by=asked_by, at=at)
    return asked


def is_large(amount: Decimal, currency: str) -> bool:
    """Whether a second person is to look at it; the threshold is in the house's own currency."""
    return currency != settings.DEFAULT_CURRENCY or abs(amount) >= settings.APPROVAL_FROM


@transaction.atomic
def approve(*, adjustment: Adjustment, decided_by: str, at: datetime) -> Adjustment:
    """Book what waits.

    Refuses already_decided, access_denied to who asked for it, and what does not fit any more as the ledger does.
    """
    waiting = lock_waiting(adjustment.public_id, decided_by)
    book(waiting, decided_by=decided_by, at=at)
    return waiting


@transaction.atomic
def refuse(*, adjustment: Adjustment, decided_by: str, at: datetime) -> Adjustment:
    """Let it not happen; refuses already_decided, and access_denied to who asked for it."""
    waiting = lock_waiting(adjustment.public_id, decided_by)
    decide(waiting, State.REFUSED, None, decided_by=decided_by, at=at)
    return waiting


def lock_waiting(public_id: UUID, decided_by: str) -> Adjustment:
    """The adjustment, locked before any wallet, if it still waits and this person may decide."""
    waiting = Adjustment.objects.select_for_update(no_key=True).get(public_id=public_id)
    if waiting.state != State.ASKED:
        raise Refusal("already_decided", "This has been decided already.")
    if not decided_by or decided_by == waiting.asked_by:
        raise Refusal("access_denied", "A second person decides about this.")
    return waiting


def book(asked: Adjustment, *, decided_by: str, at: datetime) -> None:
    """Move the money, and give the receipt of a refund; the adjustment's own name makes it happen once."""
    by_hand = {"reference": f"adjustment:{asked.public_id}", "made_by": asked.asked_by, "reason": asked.reason}
    if asked.refunds is None:
        moved = ledger.adjust(wallet=asked.wallet, amount=asked.amount, at=at, **by_hand)
        decide(asked, State.BOOKED, moved, decided_by=decided_by, at=at)
        return
    refunded = ledger.refund(transfer=asked.refunds, amount=asked.amount, at=at, **by_hand)
    decide(asked, State.BOOKED, refunded.transfer, decided_by=decided_by, at=at)
    # The last thing: whoever has a receipt's number keeps everybody else waiting for theirs.
    receipts.give_refund_receipt(
        subject=asked.refunds.subject, net=refunded.net, tax=refunded.tax, reason=asked.reason, at=at
    )


def decide(
    asked: Adjustment, state: Adjustment.State, moved: Transfer | None, *, decided_by: str, at: datetime
) -> None:
    """Write down how it ended; nothing that has ended ends again."""
    ended = {"state": state, "transfer": moved, "decided_by": decided_by, "decided_at": at}
    if not Adjustment.objects.filter(pk=asked.pk, state=State.ASKED).update(**ended):
        raise Refusal("already_decided", "This has been decided already.")
    for name, value in ended.items():
        setattr(asked, name, value)
