"""Where one of Stripe's pages stands: its payment, what was refunded, and disputes that were lost."""

from decimal import Decimal

import stripe
import structlog

from billing.payments.protocol import Standing, Status
from billing.payments.stripe_amounts import from_small
from billing.payments.stripe_client import taken, text

# A dispute in one of these has cost us its amount for good.
LOST = ("lost",)
MOST_LISTED = 100

log = structlog.stdlib.get_logger(__name__)


def status_of(client: stripe.StripeClient, page: str) -> Status:
    """Ask about a page, and about disputes where its charge is disputed."""
    session = taken(client.v1.checkout.sessions.retrieve(page, {"expand": ["payment_intent.latest_charge"]}))
    currency = text(session["currency"]).upper()
    if session["payment_status"] != "paid":
        standing = Standing.REFUSED if session["status"] == "expired" else Standing.OPEN
        return Status(standing=standing, amount=Decimal(0), currency=currency, transaction="")
    intent = session["payment_intent"]
    charge = intent["latest_charge"]
    lost, oddity = lost_of(client, text(intent["id"]), text(intent["currency"])) if charge["disputed"] else (0, "")
    return Status(
        standing=Standing.PAID,
        amount=from_small(intent["amount_received"], currency),
        currency=text(intent["currency"]).upper(),
        transaction=text(intent["id"]),
        reversed_amount=from_small(charge["amount_refunded"] + lost, currency),
        oddity=oddity,
    )


def lost_of(client: stripe.StripeClient, intent: str, currency: str) -> tuple[int, str]:
    """What disputes about a payment have cost, in small units; undecided ones are only told of.

    A lost one in another currency than the payment is not counted but put into words.
    """
    found = client.v1.disputes.list({"payment_intent": intent, "limit": MOST_LISTED}).to_dict()["data"]
    standings = [text(one["status"]) for one in found]
    log.warning("payment is disputed", provider="stripe", transaction=intent, disputes=standings)
    lost = [one for one in found if one["status"] in LOST]
    foreign = [f"{one['amount']} {text(one['currency'])}" for one in lost if one["currency"] != currency]
    oddity = f"Not taken back: a dispute was lost in another currency ({', '.join(foreign)})." if foreign else ""
    return sum(one["amount"] for one in lost if one["currency"] == currency), oddity
