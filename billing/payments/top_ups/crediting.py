"""What a provider's status does to a top-up: credited once, given up, or left to a person."""

from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from billing import ledger
from billing.events import Kind, tell_payment
from billing.models import TopUp
from billing.payments import reversals, told
from billing.payments.protocol import Standing, Status
from drivepower.core.alerts import closed_by_people, open_alert, resolve_alert
from drivepower.core.doorbell import hint
from drivepower.core.models import Alert
from drivepower.core.money import exponent, plain
from drivepower.core.sentences import sentence

PAYMENT_ODD = closed_by_people("payment_odd")

log = structlog.stdlib.get_logger(__name__)


def act_on(top_up: TopUp, status: Status, at: datetime) -> TopUp.State:
    """Do what a status asks for; answers the state of the top-up after it."""
    if top_up.state in {TopUp.State.APPROVED, TopUp.State.REVERSED}:
        return watch(top_up, status, at)
    if status.standing != Standing.PAID:
        return close(top_up, status, at)
    problem = oddity(top_up, status)
    if problem:
        return report(top_up, f"Not credited: {problem}.", at)
    state = credit(top_up, status, at)
    return watch(top_up, status, at) if state == TopUp.State.APPROVED else state


def close(top_up: TopUp, status: Status | None, at: datetime) -> TopUp.State:
    """Give up an unpaid top-up that the provider refused or whose time is over; it may still be paid later."""
    end = None
    if at >= top_up.expires_at:
        end = TopUp.State.EXPIRED
    elif status is not None and status.standing == Standing.REFUSED:
        end = TopUp.State.CANCELED
    if end and ended_unpaid(top_up, end, at):
        log.info("top-up ended unpaid", top_up=str(top_up), state=str(end))
        return end
    return state_of(top_up)


@transaction.atomic
def ended_unpaid(top_up: TopUp, end: TopUp.State, at: datetime) -> bool:
    """Write how an open one ended and tell of it; False where it had ended."""
    if not TopUp.objects.filter(pk=top_up.pk, state=TopUp.State.PROCESSING).update(state=end, ended_at=at):
        return False
    kind: Kind = "payment.expired" if end == TopUp.State.EXPIRED else "payment.failed"
    tell_payment(kind=kind, top_up=top_up, amount=top_up.amount, at=at)
    return True


def oddity(top_up: TopUp, status: Status) -> str:
    """Why a payment cannot be credited as it stands; empty if it can."""
    currency = top_up.wallet.currency
    if status.currency != currency:
        said = repr(status.currency[:10])
        return sentence("the provider says %(said)s, the wallet is in %(currency)s", said=said, currency=currency)
    if not status.transaction or len(status.transaction) > 80:
        return sentence("the provider names no transaction")
    amount = status.amount
    if not amount.is_finite() or amount <= 0 or amount != round(amount, exponent(currency)):
        return sentence("the provider says %(amount)s", amount=str(amount))
    if amount > top_up.amount:
        wanted = plain(top_up.amount, currency)
        return sentence("the provider says %(amount)s, asked for were %(wanted)s", amount=str(amount), wanted=wanted)
    return ""


def watch(top_up: TopUp, status: Status, at: datetime) -> TopUp.State:
    """Take back what went back to the payer since we last heard, if it is of the payment that was credited."""
    back, currency = status.reversed_amount, top_up.wallet.currency
    credited = top_up.provider_transaction or status.transaction
    if status.oddity and not was_told(top_up, status.oddity):
        report(top_up, status.oddity, at)
    if back.is_finite() and back <= top_up.reversed_amount:
        if status.transaction == credited and reversals.look_again(top_up, back, at=at):
            hint("billing.sweep_refunds")
        return state_of(top_up)
    if status.currency != currency or status.transaction != credited:
        problem = sentence("Not taken back: what the provider says went back is not what was credited.")
        return report(top_up, problem, at)
    if not back.is_finite() or back != round(back, exponent(currency)):
        return report(top_up, sentence("Not taken back: the provider says %(amount)s.", amount=str(back)), at)
    reversals.take_back(top_up=top_up, reversed_amount=back, at=at)
    return state_of(top_up)


def was_told(top_up: TopUp, problem: str) -> bool:
    """Whether a person was told of that very thing, and may have closed it."""
    return Alert.objects.filter(kind=PAYMENT_ODD, subject=top_up.subject, text=problem).exists()


def report(top_up: TopUp, problem: str, at: datetime) -> TopUp.State:
    """Leave an odd payment to a person; no money moves, and its time runs out like any other's."""
    log.error("payment is odd", top_up=str(top_up), provider=top_up.provider, problem=told.masked(problem))
    open_alert(kind=PAYMENT_ODD, subject=top_up.subject, text=problem, at=at)
    return close(top_up, None, at)


def credit(top_up: TopUp, status: Status, at: datetime) -> TopUp.State:
    """Put what the provider says was paid into the wallet, once per top-up and per provider's transaction."""
    try:
        with transaction.atomic():
            mine = TopUp.objects.filter(pk=top_up.pk, state__in=TopUp.PAYABLE)
            if not mine.select_for_update(no_key=True, of=("self",)).exists():
                return state_of(top_up)
            transfer = ledger.top_up(
                wallet=top_up.wallet,
                provider=top_up.provider,
                amount=status.amount,
                reference=top_up.subject,
                at=at,
            )
            mine.update(
                state=TopUp.State.APPROVED,
                paid_amount=status.amount,
                provider_transaction=status.transaction,
                transfer=transfer,
            )
            tell_payment(kind="payment.approved", top_up=top_up, amount=status.amount, at=at)
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            name = status.transaction
            problem = sentence("Not credited: transaction %(name)s has paid another top-up.", name=name)
            return report(top_up, problem, at)
        raise
    resolve_alert(kind=PAYMENT_ODD, subject=top_up.subject, at=at)
    log.info("top-up credited", top_up=str(top_up), amount=plain(status.amount, status.currency))
    return TopUp.State.APPROVED


def state_of(top_up: TopUp) -> TopUp.State:
    """Its state now, whoever moved it meanwhile."""
    return TopUp.State(TopUp.objects.values_list("state", flat=True).get(pk=top_up.pk))
