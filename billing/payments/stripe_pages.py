"""Cards on Stripe's own page (Checkout): no card number ever comes here."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from billing.payments.names import name_in
from billing.payments.protocol import Callback, Invoice, Order, ProviderRefuses, ProviderTrouble, SentBack, Status
from billing.payments.stripe_amounts import to_small
from billing.payments.stripe_client import UNREADABLE, taken, talking, text
from billing.payments.stripe_signature import is_signed
from billing.payments.stripe_status import MOST_LISTED, status_of

# Stripe takes no page that ends within half an hour. Counted from the order: the same key needs the same words.
LIFETIME = timedelta(minutes=31)
LANGUAGES = ("en", "ru")
# Refunds in these have not been and will not be paid out.
GONE_WRONG = ("failed", "canceled")
# In all others but this one they may yet go wrong.
PAID_OUT = "succeeded"


class Stripe:
    """Speaks to STRIPE_API_URL through Stripe's library."""

    def create_invoice(self, *, order: Order) -> Invoice:
        """Make a page for one payment; the same order is the same page."""
        wanted: Any = page_params(order)
        with talking() as client:
            made = client.v1.checkout.sessions.create(wanted, {"idempotency_key": f"checkout:{order.reference}"})
            page = taken(made)
            ends = datetime.fromtimestamp(page["expires_at"], tz=UTC)
            return Invoice(reference=text(page["id"]), qr_code="", pay_url=text(page["url"]), expires_at=ends)

    def fetch_status(self, *, invoice: str) -> Status:
        """Ask about a page: its payment, what was refunded, and disputes that were lost."""
        try:
            with talking() as client:
                return status_of(client, invoice)
        except ProviderRefuses as refusal:
            raise ProviderTrouble(str(refusal)) from refusal

    def parse_callback(self, *, body: bytes, headers: Mapping[str, str], at: datetime) -> Callback:
        """The page or the order that an event is about; what else it says is not looked at."""
        signature = {name.lower(): value for name, value in headers.items()}.get("stripe-signature", "")
        authentic = is_signed(body, signature, secret=settings.STRIPE_WEBHOOK_SECRET, at=at)
        try:
            about = json.loads(body)["data"]["object"]
            page = name_in(about, "id") if about.get("object") == "checkout.session" else ""
            order = name_in(about.get("metadata") or {}, "order") or name_in(about, "client_reference_id")
            return Callback(invoice=page, order=order, transaction=payment_in(about), authentic=authentic)
        except (*UNREADABLE, RecursionError):
            return Callback(authentic=authentic)

    def refund(self, *, invoice: str, amount: Decimal, currency: str, key: str) -> SentBack:
        """Send money back to the card; looked for first, since Stripe forgets keys after a day, and it may have failed.

        Only Stripe's no to the refund itself is one: what it will not show us may have been made.
        """
        try:
            made, paid, order = refund_of(invoice, key)
        except ProviderRefuses as refusal:
            raise ProviderTrouble(str(refusal)) from refusal
        if not paid:
            raise ProviderRefuses("nothing was paid on that page")
        with talking() as client:
            if made is None:
                small, named = to_small(amount, currency), {"key": key, "order": order}
                wanted: Any = {"payment_intent": paid, "amount": small, "metadata": named}
                made = taken(client.v1.refunds.create(wanted, {"idempotency_key": f"refund:{key}"}))
            if made["status"] in GONE_WRONG:
                raise ProviderRefuses(f"the refund has {made['status']}")
            return SentBack(reference=text(made["id"]), done=made["status"] == PAID_OUT)


def refund_of(invoice: str, key: str) -> tuple[dict[str, Any] | None, str, str]:
    """The refund that was made by that key, the payment of the page, and our name of the order."""
    with talking() as client:
        page = client.v1.checkout.sessions.retrieve(invoice).to_dict()
        order = str(page["client_reference_id"])
        if not page["payment_intent"]:
            return None, "", order
        paid = text(page["payment_intent"])
        listed = client.v1.refunds.list({"payment_intent": paid, "limit": MOST_LISTED})
        made = next((one for one in listed.data if of_key(one.to_dict(), key)), None)
        return None if made is None else taken(made), paid, order


def page_params(order: Order) -> dict[str, Any]:
    """What Stripe is told about a page."""
    back = f"{settings.PUBLIC_URL}/payment/done"
    price = {
        "currency": order.currency.lower(),
        "unit_amount": to_small(order.amount, order.currency),
        "product_data": {"name": order.about},
    }
    return {
        "mode": "payment",
        "payment_method_types": ["card"],
        "line_items": [{"quantity": 1, "price_data": price}],
        "client_reference_id": order.reference,
        "metadata": {"order": order.reference},
        "payment_intent_data": {"metadata": {"order": order.reference}},
        "success_url": back,
        "cancel_url": back,
        "expires_at": int((order.made_at + LIFETIME).timestamp()),
        "adaptive_pricing": {"enabled": False},
        "locale": order.language if order.language in LANGUAGES else "auto",
    }


def of_key(refund: dict[str, Any], key: str) -> bool:
    """Whether a refund at Stripe is the one that we asked for by that key."""
    return (refund.get("metadata") or {}).get("key") == key


def payment_in(about: dict[str, Any]) -> str:
    """The payment that an event is about: disputes and refunds name neither our order nor the page."""
    return name_in(about, "id" if about.get("object") == "payment_intent" else "payment_intent")
