"""The beginning of a top-up, an invoice at its provider, and its end at the driver's wish."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from accounts.models import User
from billing import ledger
from billing.events import tell_payment
from billing.models import TopUp, Wallet
from billing.payments import told
from billing.payments.protocol import Invoice, Order, ProviderRefuses, ProviderTrouble
from billing.payments.providers import PROVIDERS, check_on
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

# How long a QR can be paid at most.
LIFETIME = timedelta(minutes=5)
# Nor does a page that takes cards live longer than this, whatever its provider says.
CARD_LIFETIME = timedelta(hours=1)
LONGEST = {"reference": 80, "qr_code": 1000, "pay_url": 2000}


def start_top_up(*, user: User, amount: Decimal, currency: str, method: TopUp.Method, at: datetime) -> TopUp:
    """Open an invoice at the configured provider; the person's open ones are cancelled.

    Refuses pending_payment_exists when another one is being opened at this moment, and payment_provider_error.
    """
    wallet = ledger.wallet_of(user=user, currency=currency)
    top_up = open_top_up(wallet=wallet, amount=amount, method=method, at=at)
    let_go_of_connection()
    try:
        with told.Call(top_up=top_up, what="create_invoice", amount=amount, at=at) as call:
            invoice = PROVIDERS[top_up.provider].create_invoice(order=order_of(top_up, user))
            take(invoice, top_up, at)
            call.outcome = "made"
    except (ProviderTrouble, ProviderRefuses) as trouble:
        fail(top_up, str(trouble), at)
        raise Refusal("payment_provider_error", "The bank does not answer. Try again in a moment.") from trouble
    top_up.refresh_from_db()
    return top_up


def open_top_up(*, wallet: Wallet, amount: Decimal, at: datetime, method: TopUp.Method = TopUp.Method.QR) -> TopUp:
    """Cancel the wallet's open top-ups and write the new one; refuses payment_provider_error for one that is off."""
    provider = settings.CARD_PROVIDER if method == TopUp.Method.CARD else settings.PAYMENT_PROVIDER
    check_on(provider)
    try:
        with transaction.atomic():
            give_up(TopUp.objects.filter(wallet=wallet), at)
            return TopUp.objects.create(
                wallet=wallet,
                provider=provider,
                method=method,
                amount=amount,
                made_at=at,
                expires_at=at + (CARD_LIFETIME if method == TopUp.Method.CARD else LIFETIME),
            )
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise Refusal("pending_payment_exists", "Another top-up is being opened right now.") from error
        raise


def let_go_of_connection() -> None:
    """Give the database connection back to its pool while a provider is asked: others need the place."""
    if not connection.in_atomic_block:
        connection.close()


def order_of(top_up: TopUp, user: User) -> Order:
    """What the provider is asked for, with a line that the payer reads in their language."""
    with translation.override(user.language):
        about = _("Top-up of your charging wallet")
    return Order(
        reference=str(top_up.public_id),
        amount=top_up.amount,
        currency=top_up.wallet.currency,
        about=about,
        language=user.language,
        made_at=top_up.made_at,
    )


def take(invoice: Invoice, top_up: TopUp, at: datetime) -> None:
    """Write the provider's invoice to its top-up; ProviderTrouble for one that cannot be kept or is another's."""
    for name, most in LONGEST.items():
        text = getattr(invoice, name)
        if len(text) > most or storable(text) != text:
            raise ProviderTrouble(f"the invoice's {name} cannot be kept")
    if not invoice.reference:
        raise ProviderTrouble("the invoice has no name")
    ends = min(top_up.expires_at, invoice.expires_at or top_up.expires_at)
    try:
        with transaction.atomic():
            TopUp.objects.filter(pk=top_up.pk).update(
                provider_invoice=invoice.reference,
                qr_code=invoice.qr_code,
                pay_url=invoice.pay_url,
                expires_at=max(at, ends),
            )
    except IntegrityError as error:
        raise ProviderTrouble("the invoice is another top-up's") from error


def fail(top_up: TopUp, why: str, at: datetime) -> None:
    """Nobody can pay it: the driver never saw an invoice."""
    failed = {"state": TopUp.State.FAILED, "failure": told.masked(why)[:200], "ended_at": at}
    with transaction.atomic():
        if TopUp.objects.filter(pk=top_up.pk, state=TopUp.State.PROCESSING).update(**failed):
            tell_payment(kind="payment.failed", top_up=top_up, amount=top_up.amount, at=at)


def cancel_top_up(*, top_up: TopUp, at: datetime) -> None:
    """Give up an open top-up at the driver's wish; refuses payment_not_cancellable. Late money is credited."""
    if not give_up(TopUp.objects.filter(pk=top_up.pk), at):
        raise Refusal("payment_not_cancellable", "Only an open payment can be cancelled.")


def give_up(rows: "QuerySet[TopUp]", at: datetime) -> int:
    """Cancel those of them that are open; answers how many."""
    return rows.filter(state=TopUp.State.PROCESSING).update(state=TopUp.State.CANCELED, ended_at=at)
