"""O!Dengi: QR invoices in som. Amounts are whole tyiyn on the wire; product.md 4.7 tells what is known of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from billing.payments import doubles, odengi_callbacks
from billing.payments.names import text_in
from billing.payments.odengi_envelope import ask
from billing.payments.protocol import (
    Callback,
    Invoice,
    Order,
    ProviderRefuses,
    ProviderTrouble,
    SentBack,
    Standing,
    Status,
)

CURRENCY = "KGS"
LIFE = timedelta(minutes=5)
# The clock and the form of its dates.
PLACE = ZoneInfo("Asia/Bishkek")
DATE = "%Y-%m-%d %H:%M:%S"
STANDINGS = {"processing": Standing.OPEN, "approved": Standing.PAID, "canceled": Standing.REFUSED}
LINKS = ("link_app", "paylink_url", "site_pay", "qr_url")
NO_AMOUNT = Decimal("NaN")


class Odengi:
    """Speaks to ODENGI_URL as the merchant ODENGI_SID."""

    def create_invoice(self, *, order: Order) -> Invoice:
        """An invoice with a QR for five minutes; an answer without its name or without a QR makes none."""
        if order.currency != CURRENCY:
            raise ProviderRefuses("O!Dengi takes som only")
        at = timezone.now()
        said = ask("createInvoice", wanted(order, at), language=order.language, at=at)
        invoice = Invoice(
            reference=text_in(said, "invoice_id"),
            qr_code=text_in(said, "qr", "qr_url"),
            pay_url=link_in(said),
            expires_at=date_in(said),
        )
        if not (invoice.reference and invoice.qr_code):
            raise ProviderTrouble("O!Dengi's invoice has no name or no QR")
        return invoice

    def fetch_status(self, *, invoice: str) -> Status:
        """Where an invoice stands; a payment without an amount in whole tyiyn has the amount NaN."""
        at = timezone.now()
        said = ask("statusPayment", {"invoice_id": invoice}, language="ru", at=at)
        listed = said.get("payments")
        payments = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        read = [status_in(one) for one in payments or [said]]
        paid = [one for one in read if one.standing == Standing.PAID]
        if len(paid) > 1:
            sums = {one.transaction: one.amount for one in reversed(paid)}
            doubles.report(provider="odengi", invoice=invoice, first=paid[0].transaction, payments=sums, at=at)
        return (paid or read)[0]

    def parse_callback(self, *, body: bytes, headers: Mapping[str, str], at: datetime) -> Callback:
        """Which invoice or order a callback of either shape is about."""
        return odengi_callbacks.parse(body, headers, at=at)

    def refund(self, *, invoice: str, amount: Decimal, currency: str, key: str) -> SentBack:
        """O!Dengi has no such call: somebody sends the money back by hand."""
        raise ProviderRefuses("manual_refund_required")


def wanted(order: Order, at: datetime) -> dict[str, Any]:
    """The data of createInvoice; without a result_url its callback may never come."""
    return {
        "order_id": order.reference,
        "desc": order.about,
        "amount": int(order.amount.scaleb(2)),
        "currency": CURRENCY,
        "test": int("test" in (urlsplit(settings.ODENGI_URL).hostname or "")),
        "long_term": 0,
        "date_life": (at + LIFE).astimezone(PLACE).strftime(DATE),
        "result_url": f"{settings.PUBLIC_URL}/api/v1/payment/webhook/odengi",
    }


def link_in(said: dict[str, Any]) -> str:
    """A page to pay in; links of other schemes are not passed on."""
    links = (text_in(said, key) for key in LINKS)
    return next((link for link in links if link.startswith(("https://", "http://"))), "")


def date_in(said: dict[str, Any]) -> datetime | None:
    """When the provider ends the invoice, if it says so."""
    try:
        return datetime.strptime(text_in(said, "date_life"), DATE).replace(tzinfo=PLACE)
    except ValueError:
        return None


def status_in(payment: dict[str, Any]) -> Status:
    """One payment of an invoice; a cancelled one that has a transaction was paid and went back."""
    word = payment.get("status")
    if not isinstance(word, str) or word not in STANDINGS:
        raise ProviderTrouble("O!Dengi's status is none that we know")
    standing, amount, transaction = STANDINGS[word], amount_in(payment), text_in(payment, "trans_id")
    back = standing == Standing.REFUSED and bool(transaction) and amount.is_finite()
    return Status(
        standing=standing,
        amount=amount,
        currency=text_in(payment, "currency") or CURRENCY,
        transaction=transaction,
        reversed_amount=amount if back else Decimal(0),
    )


def amount_in(payment: dict[str, Any]) -> Decimal:
    """An amount of whole tyiyn in som; NaN for whatever else stands there, which credits nothing."""
    written = text_in(payment, "amount")
    if not (written.isascii() and written.isdigit() and len(written) <= 12):
        return NO_AMOUNT
    return Decimal(written).scaleb(-2)
