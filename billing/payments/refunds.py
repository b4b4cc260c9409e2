"""Money that we send back the way it came: booked first, then asked for until the provider has answered."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from django.db import transaction
from django.db.models import F

from billing import ledger
from billing.ledger.wallets import check_positive
from billing.models import PaymentRefund, TopUp, Transfer
from billing.payments import told
from billing.payments.protocol import ProviderAway, ProviderRefuses, ProviderTrouble
from billing.payments.providers import PROVIDERS
from billing.payments.reversals import ZERO, credits_of, locked, note
from billing.payments.top_ups.opening import let_go_of_connection
from drivepower.core.alerts import open_alert, resolve_alert
from drivepower.core.doorbell import hint
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal

REFUND_WAITS = "refund_waits"
REFUND_REFUSED = "refund_refused"
# After this, a person is told that a provider has still not answered.
PATIENCE = timedelta(hours=1)
AT_MOST = 100

log = structlog.stdlib.get_logger(__name__)


def send_back(*, top_up: TopUp, amount: Decimal, reason: str, made_by: str, at: datetime) -> PaymentRefund:
    """Take free money out of the wallet and ask the provider to send it to the payer; answers how that stands.

    Refuses not_refundable, refund_exceeds_payment, insufficient_balance and invalid_parameters. It is booked before
    the provider is asked: what dies in between is found again by the sweep.
    """
    refund = book(top_up=top_up, amount=amount, reason=reason, made_by=made_by, at=at)
    try:
        ask(refund, at=at)
    except ProviderTrouble as trouble:
        log.warning("refund waits", refund=str(refund), provider=refund.top_up.provider, error=str(trouble))
    refund.refresh_from_db()
    return refund


def book(*, top_up: TopUp, amount: Decimal, reason: str, made_by: str, at: datetime) -> PaymentRefund:
    """Write the refund and take its money, in a transaction of its own."""
    if not reason:
        raise Refusal("invalid_parameters", "Say why it is sent back.")
    with transaction.atomic(durable=True):
        found = locked(top_up.pk)
        source = check(found, amount)
        refund = PaymentRefund(top_up=found, amount=amount, reason=reason, made_by=made_by, made_at=at)
        named = refund.subject
        ledger.reverse_top_up(transfer=source, amount=amount, reference=named, made_by=made_by, reason=reason, at=at)
        refund.transfer = Transfer.objects.get(reference=named)
        refund.save()
        note(found, amount)
    return refund


def check(top_up: TopUp, amount: Decimal) -> Transfer:
    """The transfer to take it out of; refuses what was not paid, what has gone back already, and what is not free."""
    if top_up.state != TopUp.State.APPROVED:
        raise Refusal("not_refundable", "Only a payment that was credited can be sent back.")
    currency = top_up.wallet.currency
    check_positive(amount, currency)
    transfer, left = max(credits_of(top_up), key=lambda credit: credit[1])
    if amount > left:
        raise Refusal("refund_exceeds_payment", "More than that has gone back.", {"left": plain(left, currency)})
    free = max(ledger.lock([top_up.wallet_id])[top_up.wallet_id].available, ZERO)
    if amount > free:
        free_text = plain(free, currency)
        raise Refusal("insufficient_balance", "That much is not free in the wallet.", {"available": free_text})
    return transfer


def ask(refund: PaymentRefund, *, at: datetime) -> None:
    """Ask the provider for a refund, always by the same key, and write its answer; raises ProviderTrouble."""
    PaymentRefund.objects.filter(pk=refund.pk).update(asked_at=at)
    top_up = refund.top_up
    let_go_of_connection()
    call = told.Call(top_up=top_up, what="refund", amount=refund.amount)
    try:
        with call:
            name = PROVIDERS[top_up.provider].refund(
                invoice=top_up.provider_invoice,
                amount=refund.amount,
                currency=top_up.wallet.currency,
                key=str(refund.public_id),
            )
            call.outcome = "sent"
    except ProviderRefuses as refusal:
        put_back(refund, told.masked(str(refusal)), at=at)
    else:
        finish(refund, name, at=at)
    call.keep(at=at)


def finish(refund: PaymentRefund, name: str, *, at: datetime) -> None:
    """The provider sends it."""
    waiting = PaymentRefund.objects.filter(pk=refund.pk, state=PaymentRefund.State.PENDING)
    if waiting.update(state=PaymentRefund.State.DONE, provider_refund=name[:80], ended_at=at):
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
        text = f"{top_up.provider} does not send {plain(refund.amount, top_up.wallet.currency)} back: {why}"
        open_alert(kind=REFUND_REFUSED, subject=refund.subject, text=text, at=at)
        resolve_alert(kind=REFUND_WAITS, subject=refund.subject, at=at)
    hint("billing.check_top_up", top_up.pk)  # what others took back may have been hidden behind it


def sweep(*, at: datetime) -> dict[str, int]:
    """Ask again for every refund without an answer; answers how many were sent, refused, or still have none."""
    waiting = PaymentRefund.objects.filter(state=PaymentRefund.State.PENDING)
    did: Counter[str] = Counter()
    away: set[str] = set()
    for refund in waiting.select_related("top_up__wallet").order_by(F("asked_at").asc(nulls_first=True), "id")[
        :AT_MOST
    ]:
        if refund.top_up.provider in away or not claim(refund, at):
            continue
        try:
            ask(refund, at=at)
        except ProviderTrouble as trouble:
            did["unanswered"] += 1
            if isinstance(trouble, ProviderAway):
                away.add(refund.top_up.provider)
            continue
        refund.refresh_from_db()
        did[refund.state] += 1
    for refund in waiting.filter(made_at__lte=at - PATIENCE)[:AT_MOST]:
        open_alert(kind=REFUND_WAITS, subject=refund.subject, text="The provider has not answered yet.", at=at)
    return dict(did)


def claim(refund: PaymentRefund, at: datetime) -> bool:
    """Take one to ask for; False where another sweep has."""
    mine = PaymentRefund.objects.filter(pk=refund.pk, asked_at=refund.asked_at)
    return mine.update(asked_at=at) == 1
