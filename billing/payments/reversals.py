"""Money of a top-up that its provider took back for the payer: out of the wallet, and owed where it is gone."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q, Sum

from billing import ledger
from billing.events import tell_payment
from billing.models import PaymentRefund, TopUp, Transfer
from drivepower.core.alerts import closed_by_people, open_alert
from drivepower.core.money import plain
from drivepower.core.sentences import sentence

PAYMENT_REVERSED = closed_by_people("payment_reversed")
ZERO = Decimal(0)

log = structlog.stdlib.get_logger(__name__)


def take_back(*, top_up: TopUp, reversed_amount: Decimal, at: datetime) -> Decimal:
    """Take what went back to the payer beyond what our books have, and answer how much that was.

    `reversed_amount` is the provider's sum. Ours holds every refund that we asked for from its first moment on, so the
    provider's can only be larger by what others took.
    """
    with transaction.atomic():
        found = locked(top_up.pk)
        paid = found.paid_amount or ZERO
        new: Decimal = min(reversed_amount, paid) - found.reversed_amount
        if new <= 0:
            return ZERO
        owed = take(found, new, at)
        note(found, new)
        tell(found, new, owed, at)
    if reversed_amount > paid:
        log.error("more was reversed than was paid", top_up=str(found), provider=found.provider)
    return new


def locked(top_up_id: int) -> TopUp:
    """A top-up as it stands, locked until the transaction ends; always before its wallet."""
    found = TopUp.objects.select_for_update(no_key=True, of=("self",)).select_related("wallet", "transfer")
    return found.get(pk=top_up_id)


def take(top_up: TopUp, amount: Decimal, at: datetime) -> Decimal:
    """Book it in the ledger; answers what the wallet owes of it now."""
    sent = top_up.refunds.exclude(state=PaymentRefund.State.REFUSED).aggregate(total=Sum("amount"))["total"] or ZERO
    taken, owed = top_up.reversed_amount - sent, ZERO  # by others, so far
    for transfer, part in spread(top_up, amount):
        taken += part
        name = f"{top_up.subject}:reversed:{plain(taken, top_up.wallet.currency)}"
        owed += ledger.reverse_top_up(transfer=transfer, amount=part, reference=name, at=at).owed
    return owed


def spread(top_up: TopUp, amount: Decimal) -> Iterator[tuple[Transfer, Decimal]]:
    """Which part of an amount comes out of which of the transfers that brought the top-up's money."""
    for transfer, left in credits_of(top_up):
        part = min(amount, left)
        if part:
            amount -= part
            yield transfer, part


def credits_of(top_up: TopUp) -> list[tuple[Transfer, Decimal]]:
    """The transfers that brought its money, and what is left of each: the payment, and refunds that came back."""
    refused = [refund.returned_as for refund in top_up.refunds.filter(state=PaymentRefund.State.REFUSED)]
    brought = Transfer.objects.filter(Q(pk=top_up.transfer_id) | Q(reference__in=refused)).order_by("id")
    gone: Iterable[Any] = brought.annotate(gone=Sum("reversals__amount", default=ZERO))
    return [(transfer, transfer.amount - transfer.gone) for transfer in gone]


def note(top_up: TopUp, change: Decimal) -> None:
    """Write how much of it has gone back (`change` is below 0 where it came home again), and the state of that."""
    top_up.reversed_amount += change
    whole = top_up.reversed_amount == top_up.paid_amount
    top_up.state = TopUp.State.REVERSED if whole else TopUp.State.APPROVED
    top_up.save(update_fields=["reversed_amount", "state"])


def tell(top_up: TopUp, amount: Decimal, owed: Decimal, at: datetime) -> None:
    """A line in the log, and an alert for whoever looks after money."""
    currency = top_up.wallet.currency
    amounts = {"amount": plain(amount, currency), "owed": plain(owed, currency)}
    log.warning("payment reversed", top_up=str(top_up), provider=top_up.provider, **amounts)
    said = {"provider": top_up.provider, "currency": currency, "amount": Decimal(amounts["amount"])}
    text = sentence("%(provider)s took %(amount)s %(currency)s back.", **said)
    if owed:
        text = sentence(
            "%(provider)s took %(amount)s %(currency)s back; %(owed)s of it is owed now.",
            **said,
            owed=Decimal(amounts["owed"]),
        )
    open_alert(kind=PAYMENT_REVERSED, subject=top_up.subject, text=text, at=at, anew=True)
    tell_payment(kind="payment.reversed", top_up=top_up, amount=amount, at=at)


def look_again(top_up: TopUp, reversed_amount: Decimal, *, at: datetime) -> int:
    """Less went back than our books have: refunds that were done may have failed since, and the sweep reads them again.

    Answers how many those are; refunds on their way are not in the provider's sum yet.
    """
    state = PaymentRefund.State
    sums = top_up.refunds.filter(state=state.PENDING).aggregate(total=Sum("amount", default=ZERO))
    if reversed_amount >= top_up.reversed_amount - sums["total"]:
        return 0
    done = PaymentRefund.objects.filter(top_up=top_up, state=state.DONE, ended_at__lt=at)
    doubtful = done.update(state=state.PENDING, ended_at=None, asked_at=None)
    log.warning("less went back than was sent", top_up=str(top_up), provider=top_up.provider, refunds=doubtful)
    return doubtful
