"""A wallet is filled: an invoice at a provider, and a credit only after our own question to it."""

from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation

from accounts.models import User
from billing import ledger
from billing.models import TopUp, Wallet
from billing.payments.protocol import ProviderAway, ProviderTrouble, Standing, Status
from billing.payments.providers import PROVIDERS
from drivepower.core.alerts import open_alert, resolve_alert
from drivepower.core.money import exponent, plain
from drivepower.core.refusals import Refusal

# How long a QR can be paid.
LIFETIME = timedelta(minutes=5)
# How much longer an invoice stays open while the provider's answers about it are of no use: it may have been paid.
GRACE = timedelta(minutes=15)
SWEEP_AT_MOST = 100
PAYMENT_ODD = "payment_odd"

log = structlog.stdlib.get_logger(__name__)


def start_top_up(*, user: User, amount: Decimal, currency: str, at: datetime) -> TopUp:
    """Open an invoice at the configured provider; the person's open ones are cancelled.

    Refuses pending_payment_exists when another one is being opened at this moment, and payment_provider_error.
    """
    top_up = open_top_up(wallet=ledger.wallet_of(user=user, currency=currency), amount=amount, at=at)
    mine = TopUp.objects.filter(pk=top_up.pk)
    let_go_of_connection()
    try:
        invoice = PROVIDERS[top_up.provider].create_invoice(
            order=str(top_up.public_id), amount=amount, currency=currency
        )
    except ProviderTrouble as trouble:
        mine.filter(state=TopUp.State.PROCESSING).update(state=TopUp.State.FAILED)
        log.warning("top-up failed", top_up=str(top_up), provider=top_up.provider, error=str(trouble))
        raise Refusal("payment_provider_error", "The bank does not answer. Try again in a moment.") from trouble
    mine.update(provider_invoice=invoice.reference, qr_code=invoice.qr_code, pay_url=invoice.pay_url)
    log.info("top-up opened", top_up=str(top_up), provider=top_up.provider, amount=plain(amount, currency))
    top_up.refresh_from_db()
    return top_up


def open_top_up(*, wallet: Wallet, amount: Decimal, at: datetime) -> TopUp:
    """Cancel the wallet's open top-ups and write the new one."""
    try:
        with transaction.atomic():
            TopUp.objects.filter(wallet=wallet, state=TopUp.State.PROCESSING).update(state=TopUp.State.CANCELED)
            return TopUp.objects.create(
                wallet=wallet,
                provider=settings.PAYMENT_PROVIDER,
                amount=amount,
                made_at=at,
                expires_at=at + LIFETIME,
            )
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise Refusal("pending_payment_exists", "Another top-up is being opened right now.") from error
        raise


def let_go_of_connection() -> None:
    """Give the database connection back to its pool while a provider is asked: others need the place."""
    if not connection.in_atomic_block:
        connection.close()


def check_top_up(*, top_up_id: int, at: datetime) -> TopUp.State:
    """Ask the provider about a top-up and act on the answer; answers its state.

    Raises ProviderTrouble, unless the provider is there and the top-up's time and grace are over: then it expires.
    """
    top_up = TopUp.objects.select_related("wallet").get(pk=top_up_id)
    if top_up.state not in TopUp.PAYABLE:
        return TopUp.State(top_up.state)
    TopUp.objects.filter(pk=top_up_id).update(asked_at=at)
    if not top_up.provider_invoice:  # the process that opened it died before the provider answered
        return close(top_up, None, at)
    let_go_of_connection()
    try:
        status = PROVIDERS[top_up.provider].fetch_status(invoice=top_up.provider_invoice)
    except ProviderTrouble as trouble:
        if isinstance(trouble, ProviderAway) or at < top_up.expires_at + GRACE:
            raise
        log.warning("provider gives no answer of use", top_up=str(top_up), error=str(trouble))
        return close(top_up, None, at)
    if status.standing != Standing.PAID:
        return close(top_up, status, at)
    problem = oddity(top_up, status)
    if problem:
        return report(top_up, problem, at)
    return credit(top_up, status, at)


def close(top_up: TopUp, status: Status | None, at: datetime) -> TopUp.State:
    """Give up an unpaid top-up that the provider refused or whose time is over; it may still be paid later."""
    end = None
    if at >= top_up.expires_at:
        end = TopUp.State.EXPIRED
    elif status is not None and status.standing == Standing.REFUSED:
        end = TopUp.State.CANCELED
    if end and TopUp.objects.filter(pk=top_up.pk, state=TopUp.State.PROCESSING).update(state=end):
        log.info("top-up ended unpaid", top_up=str(top_up), state=str(end))
        return end
    return state_of(top_up)


def oddity(top_up: TopUp, status: Status) -> str:
    """Why a payment cannot be credited as it stands; empty if it can."""
    currency = top_up.wallet.currency
    if status.currency != currency:
        return f"the provider says {status.currency!r}, the wallet is in {currency}"
    if not status.transaction or len(status.transaction) > 80:
        return "the provider names no transaction"
    amount = status.amount
    if not amount.is_finite() or amount <= 0 or amount != round(amount, exponent(currency)):
        return f"the provider says {amount}"
    if amount > top_up.amount:
        return f"the provider says {amount}, asked for were {plain(top_up.amount, currency)}"
    return ""


def report(top_up: TopUp, problem: str, at: datetime) -> TopUp.State:
    """Leave an odd payment to a person; nothing is credited, and its time runs out like any other's."""
    log.error("payment is odd", top_up=str(top_up), provider=top_up.provider, problem=problem)
    open_alert(kind=PAYMENT_ODD, subject=top_up.subject, text=f"Not credited: {problem}.", at=at)
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
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            return report(top_up, f"transaction {status.transaction} has paid another top-up", at)
        raise
    resolve_alert(kind=PAYMENT_ODD, subject=top_up.subject, at=at)
    log.info("top-up credited", top_up=str(top_up), amount=plain(status.amount, status.currency))
    return TopUp.State.APPROVED


def state_of(top_up: TopUp) -> TopUp.State:
    """Its state now, whoever moved it meanwhile."""
    return TopUp.State(TopUp.objects.values_list("state", flat=True).get(pk=top_up.pk))


def cancel_top_up(*, top_up: TopUp) -> None:
    """Give up an open top-up at the driver's wish; refuses payment_not_cancellable. Late money is credited."""
    if not TopUp.objects.filter(pk=top_up.pk, state=TopUp.State.PROCESSING).update(state=TopUp.State.CANCELED):
        raise Refusal("payment_not_cancellable", "Only an open payment can be cancelled.")


def sweep_top_ups(*, at: datetime) -> int:
    """Ask about every top-up that may have been paid; answers how many were. A provider that is away ends the round."""
    asked = 0
    for top_up in TopUp.objects.to_ask(at=at)[:SWEEP_AT_MOST]:
        claimed = TopUp.objects.filter(pk=top_up.pk, asked_at=top_up.asked_at).update(asked_at=at)
        if not claimed:  # another sweep asks about this one
            continue
        try:
            check_top_up(top_up_id=top_up.pk, at=at)
        except ProviderAway as trouble:
            log.warning("provider away", provider=top_up.provider, error=str(trouble))
            break
        except ProviderTrouble as trouble:
            log.warning("provider in trouble", top_up=str(top_up), provider=top_up.provider, error=str(trouble))
            continue
        asked += 1
    return asked
