"""Money that we send back the way it came: booked first, then asked for until the provider has paid it out."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from django.db import transaction

from billing import ledger
from billing.events import tell_refund
from billing.ledger.wallets import check_positive
from billing.models import PaymentRefund, TopUp, Transfer
from billing.payments import told
from billing.payments.protocol import ProviderRefuses, ProviderTrouble, SentBack
from billing.payments.providers import PROVIDERS
from billing.payments.reversals import ZERO, credits_of, locked, note, spread
from billing.payments.rounds import AT_MOST, ask_each
from billing.payments.top_ups.opening import let_go_of_connection
from drivepower.core.alerts import closed_by_people, open_alert, resolve_alert
from drivepower.core.doorbell import hint
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence

REFUND_WAITS = "refund_waits"
REFUND_REFUSED = closed_by_people("refund_refused")
# After this, a person is told that a provider has still not answered; or has answered, but not paid it out.
PATIENCE = timedelta(hours=1)
PATIENCE_WHEN_TAKEN_ON = timedelta(days=7)

log = structlog.stdlib.get_logger(__name__)


def book(*, top_up: TopUp, amount: Decimal, reason: str, made_by: str, at: datetime, key: uuid.UUID) -> PaymentRefund:
    """Take free money out of the wallet and write the refund, named by that key; whoever booked it sends it after.

    Refuses not_refundable, refund_exceeds_payment, insufficient_balance and invalid_parameters.
    """
    with transaction.atomic():
        found = locked(top_up.pk)
        check(found, amount)
        refund = PaymentRefund(public_id=key, top_up=found, amount=amount, reason=reason, made_by=made_by, made_at=at)
        for number, (source, part) in enumerate(spread(found, amount)):
            name = f"{refund.subject}:part:{number}" if number else refund.subject
            ledger.reverse_top_up(transfer=source, amount=part, reference=name, made_by=made_by, reason=reason, at=at)
        refund.transfer = Transfer.objects.get(reference=refund.subject)
        refund.save()
        note(found, amount)
    return refund


def send(*, refund: PaymentRefund, at: datetime) -> None:
    """Ask the provider for a refund that is booked for good, unless it was; what dies before is found by the sweep."""
    try:
        if refund.asked_at is None:
            ask(refund, at=at)
    except ProviderTrouble as trouble:
        log.warning("refund waits", refund=str(refund), provider=refund.top_up.provider, error=str(trouble))


def check(top_up: TopUp, amount: Decimal) -> None:
    """Refuse what was not paid, what has gone back already, and what is not free."""
    if top_up.state != TopUp.State.APPROVED:
        raise Refusal("not_refundable", "Only a payment that was credited can be sent back.")
    currency = top_up.wallet.currency
    check_positive(amount, currency)
    left = sum((left for _, left in credits_of(top_up)), ZERO)
    if amount > left:
        raise Refusal("refund_exceeds_payment", "More than that has gone back.", {"left": plain(left, currency)})
    free = max(ledger.lock([top_up.wallet_id])[top_up.wallet_id].available, ZERO)
    if amount > free:
        free_text = plain(free, currency)
        raise Refusal("insufficient_balance", "That much is not free in the wallet.", {"available": free_text})


def ask(refund: PaymentRefund, *, at: datetime) -> None:
    """Ask the provider for a refund, always by the same key, and write its answer; raises ProviderTrouble."""
    PaymentRefund.objects.filter(pk=refund.pk).update(asked_at=at)
    top_up = refund.top_up
    let_go_of_connection()
    named = {"refund": str(refund.public_id)}
    try:
        with told.Call(top_up=top_up, what="refund", amount=refund.amount, at=at, facts=named) as call:
            sent = PROVIDERS[top_up.provider].refund(
                invoice=top_up.provider_invoice,
                amount=refund.amount,
                currency=top_up.wallet.currency,
                key=str(refund.public_id),
            )
            call.outcome = "sent" if sent.done else "taken on"
    except ProviderRefuses as refusal:
        put_back(refund, told.masked(str(refusal)), at=at)
    else:
        take_on(refund, sent, at=at)


def take_on(refund: PaymentRefund, sent: SentBack, *, at: datetime) -> None:
    """The provider sends it, or has already paid it out."""
    waiting = PaymentRefund.objects.filter(pk=refund.pk, state=PaymentRefund.State.PENDING)
    name = sent.reference[:80]
    with transaction.atomic():
        if waiting.filter(provider_refund="").update(provider_refund=name):
            tell_refund(refund=refund, at=at)
        if not sent.done:
            waiting.exclude(provider_refund=name).update(provider_refund=name)
        elif waiting.update(state=PaymentRefund.State.DONE, provider_refund=name, ended_at=at):
            resolve_alert(kind=REFUND_WAITS, subject=refund.subject, at=at)


def put_back(refund: PaymentRefund, why: str, *, at: datetime) -> None:
    """The provider will not: its money goes back into the wallet, once, and a person is told."""
    with transaction.atomic():
        top_up = locked(refund.top_up_id)
        waiting = PaymentRefund.objects.filter(pk=refund.pk, state=PaymentRefund.State.PENDING)
        if not waiting.update(state=PaymentRefund.State.REFUSED, ended_at=at):
            return
        ledger.top_up(
            wallet=top_up.wallet, provider=top_up.provider, amount=refund.amount, reference=refund.returned_as, at=at
        )
        note(top_up, -refund.amount)
        amount = Decimal(plain(refund.amount, top_up.wallet.currency))
        text = sentence(
            "%(provider)s does not send %(amount)s back: %(why)s", provider=top_up.provider, amount=amount, why=why
        )
        open_alert(kind=REFUND_REFUSED, subject=refund.subject, text=text, at=at, anew=True)
        resolve_alert(kind=REFUND_WAITS, subject=refund.subject, at=at)
    hint("billing.check_top_up", top_up.pk)  # what others took back may have been hidden behind it


def sweep(*, at: datetime) -> dict[str, int]:
    """Ask again for every refund without an end; answers how many were done, refused, or are still on their way."""

    def ask_again(refund: PaymentRefund) -> str:
        ask(refund, at=at)
        refund.refresh_from_db(fields=["state"])
        return refund.state

    found = PaymentRefund.objects.to_ask(at=at).select_related("top_up__wallet")
    did = ask_each(found[:AT_MOST], ask_again, at=at)
    tell_of_slow_ones(at=at)
    return dict(did)


def tell_of_slow_ones(*, at: datetime) -> None:
    """A person is told of refunds that take longer than they should."""
    silence, slowness = (
        sentence("The provider has not answered yet."),
        sentence("The provider has not paid it out yet."),
    )
    waiting = PaymentRefund.objects.filter(state=PaymentRefund.State.PENDING)
    silent = waiting.filter(provider_refund="", made_at__lte=at - PATIENCE)
    for refund in silent[:AT_MOST]:
        open_alert(kind=REFUND_WAITS, subject=refund.subject, text=silence, at=at)
    slow = waiting.exclude(provider_refund="").filter(made_at__lte=at - PATIENCE_WHEN_TAKEN_ON)
    for refund in slow[:AT_MOST]:
        open_alert(kind=REFUND_WAITS, subject=refund.subject, text=slowness, at=at)
