"""Stripe's page, its refunds and its callbacks, over real HTTP to a server that speaks its endpoints."""

import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from billing.payments.protocol import Callback, Order, ProviderAway, ProviderRefuses, ProviderTrouble, Standing
from billing.payments.stripe_amounts import from_small, to_small
from billing.payments.stripe_pages import Stripe
from billing.tests.local_stripe import WEBHOOK_SECRET, LocalStripe, open_stripe
from billing.tests.making import NOON
from billing.tests.scripted_bank import NOBODY

stripe = Stripe()
ASKED_AT = datetime.now(tz=UTC)


@pytest.fixture
def books(settings: Settings) -> Iterator[LocalStripe]:
    """A Stripe on this machine."""
    settings.PUBLIC_URL = "https://portal.example.org"
    with open_stripe(settings) as books:
        yield books


def order(amount: str = "500.00", currency: str = "KGS", reference: str = "o-1") -> Order:
    return Order(reference, Decimal(amount), currency, "Top-up", "ru", ASKED_AT)


def paid_page(books: LocalStripe, amount: str = "500.00", currency: str = "KGS") -> str:
    page = stripe.create_invoice(order=order(amount, currency)).reference
    books.pay(page)
    return page


def send_back(page: str, amount: str, key: str = "k-1") -> str:
    return stripe.refund(invoice=page, amount=Decimal(amount), currency="KGS", key=key).reference


def calls(books: LocalStripe, method: str, path: str) -> int:
    return sum(1 for verb, where, _ in books.heard if (verb, where) == (method, path))


def test_it_opens_a_page_and_says_where_it_is(books: LocalStripe) -> None:
    made = stripe.create_invoice(order=order())
    assert (made.reference, made.qr_code) == ("cs_test_1", "")
    assert made.pay_url == "https://checkout.stripe.example/c/pay/cs_test_1"
    assert made.expires_at is not None
    assert timedelta(minutes=30) < made.expires_at - ASKED_AT < timedelta(minutes=32)
    assert stripe.create_invoice(order=order()) == made  # asked again by the same key: in the same words
    (_, _, form), (_, _, again) = books.heard
    assert (form, form["adaptive_pricing[enabled]"]) == (again, "false")
    assert form["mode"] == "payment"
    assert form["line_items[0][price_data][unit_amount]"] == "50000"
    assert form["line_items[0][price_data][currency]"] == "kgs"
    assert form["client_reference_id"] == form["metadata[order]"] == "o-1"
    assert form["payment_intent_data[metadata][order]"] == "o-1"
    assert form["success_url"] == form["cancel_url"] == "https://portal.example.org/payment/done"
    assert form["locale"] == "ru"


@pytest.mark.parametrize(
    ("amount", "currency", "small"),
    [
        ("382.50", "KGS", 38250),
        ("500", "JPY", 500),
        ("5.120", "KWD", 5120),
        ("7", "CLP", 7),
        ("7", "ISK", 700),
        ("7", "UGX", 700),
    ],
)
def test_it_counts_in_the_units_of_stripe(amount: str, currency: str, small: int) -> None:
    assert to_small(Decimal(amount), currency) == small
    assert from_small(small, currency) == Decimal(amount)


@pytest.mark.parametrize(
    ("amount", "currency"), [("5.125", "KWD"), ("7.50", "ISK"), ("0.5", "JPY"), ("7.50", "CLP"), ("0.001", "KGS")]
)
def test_it_refuses_what_stripe_cannot_express(amount: str, currency: str) -> None:
    with pytest.raises(ProviderRefuses):
        to_small(Decimal(amount), currency)


def test_a_page_is_open_until_it_is_paid_or_over(books: LocalStripe) -> None:
    page = stripe.create_invoice(order=order()).reference
    assert stripe.fetch_status(invoice=page).standing == Standing.OPEN
    books.sessions[page]["status"] = "expired"
    assert stripe.fetch_status(invoice=page).standing == Standing.REFUSED
    books.pay(page)
    status = stripe.fetch_status(invoice=page)
    assert (status.standing, status.amount, status.currency) == (Standing.PAID, Decimal(500), "KGS")
    assert (status.transaction, status.reversed_amount) == (f"pi_{page}", Decimal(0))


def test_it_counts_refunds_and_disputes_that_were_lost(books: LocalStripe) -> None:
    page = paid_page(books)
    books.charge_of(page)["amount_refunded"] = 12_050
    assert stripe.fetch_status(invoice=page).reversed_amount == Decimal("120.50")
    books.dispute(page, 30_000, "needs_response")
    assert stripe.fetch_status(invoice=page).reversed_amount == Decimal("120.50")
    books.disputes[0]["status"] = "lost"
    assert stripe.fetch_status(invoice=page).reversed_amount == Decimal("420.50")


def test_the_same_key_is_the_same_refund(books: LocalStripe) -> None:
    page = paid_page(books)
    first, again = send_back(page, "200"), send_back(page, "200")
    assert first == again == "re_2"
    books.keys.clear()  # as after a day
    assert send_back(page, "200") == first
    assert send_back(page, "200", key="k-2") != first
    assert books.charge_of(page)["amount_refunded"] == 40_000


def test_it_says_when_stripe_refuses_a_refund(books: LocalStripe) -> None:
    unpaid = stripe.create_invoice(order=order()).reference
    with pytest.raises(ProviderRefuses):
        send_back(unpaid, "1")
    page = paid_page(books)
    with pytest.raises(ProviderRefuses, match="greater than"):
        send_back(page, "500.01", key="k-2")
    send_back(page, "100", key="k-3")
    books.refunds[0]["status"] = "failed"
    with pytest.raises(ProviderRefuses):
        send_back(page, "100", key="k-3")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"error": {"type": "api_error", "message": "x"}}'),
        (503, b"<html>"),
        (429, b'{"error": {"type": "rate_limit_error", "message": "x"}}'),
        (401, b'{"error": {"type": "invalid_request_error", "message": "x"}}'),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"id": "cs_1", "object": "checkout.session", "payment_status": "paid", "currency": "kgs"}'),
        (200, b'{"id": 7, "url": null, "expires_at": "soon", "payment_intent": "pi_1", "data": 5}'),
    ],
)
def test_it_knows_nothing_where_an_answer_is_of_no_use(books: LocalStripe, status: int, body: bytes) -> None:
    books.says = status, body
    with pytest.raises(ProviderTrouble):
        stripe.create_invoice(order=order())
    with pytest.raises(ProviderTrouble):
        stripe.fetch_status(invoice="cs_test_1")
    with pytest.raises(ProviderTrouble):
        send_back("cs_test_1", "1")


def test_it_does_not_take_a_page_that_stripe_does_not_know_for_an_unpaid_one(books: LocalStripe) -> None:
    with pytest.raises(ProviderTrouble):
        stripe.fetch_status(invoice="cs_test_unknown")


def test_it_asks_once_and_says_who_is_away(books: LocalStripe, settings: Settings) -> None:
    books.hangs_up = True
    with pytest.raises(ProviderAway):
        stripe.create_invoice(order=order())
    assert calls(books, "POST", "/v1/checkout/sessions") == 1
    settings.STRIPE_API_URL = NOBODY
    with pytest.raises(ProviderAway):
        stripe.fetch_status(invoice="cs_test_1")


def event(about: Any) -> bytes:
    return json.dumps({"object": "event", "type": "x", "data": {"object": about}}).encode()


def signed(body: bytes, *, at: datetime = NOON, secret: str = WEBHOOK_SECRET, more: str = "") -> dict[str, str]:
    time = int(at.timestamp())
    signature = hmac.new(secret.encode(), f"{time}.".encode() + body, "sha256").hexdigest()
    return {"Stripe-Signature": f"t={time},{more}v1={signature}"}


PAGE = {"object": "checkout.session", "id": "cs_test_1", "client_reference_id": "o-1"}
DISPUTE = {"object": "dispute", "id": "dp_1", "charge": "ch_1", "payment_intent": "pi_1"}
CHARGE = {"object": "charge", "id": "ch_1", "metadata": {"order": "o-1"}}


@pytest.mark.parametrize(
    ("about", "callback"),
    [
        (PAGE, Callback(invoice="cs_test_1", order="o-1")),
        (CHARGE, Callback(order="o-1")),
        ({}, Callback()),
        (DISPUTE, Callback(transaction="pi_1")),
    ],
    ids=["page", "charge", "nothing", "dispute"],
)
def test_a_signed_callback_names_what_to_ask_about(books: LocalStripe, about: Any, callback: Callback) -> None:
    body = event(about)
    assert stripe.parse_callback(body=body, headers=signed(body, more="v1=00,v0=x,"), at=NOON) == callback
    late = NOON + timedelta(seconds=301)
    assert not stripe.parse_callback(body=body, headers=signed(body), at=late).authentic
    assert stripe.parse_callback(body=body, headers=signed(body), at=NOON + timedelta(seconds=300)).authentic


@pytest.mark.parametrize(
    "header",
    ["", "t=1", "v1=00", "t=,v1=", "t=x,v1=é", f"t={'9' * 5000},v1=00", "t=1,t=2,v1=0", "=,=,,", "t=１,v1=0"],
    ids=range(9),
)
def test_a_forged_callback_is_told_apart(books: LocalStripe, header: str, settings: Settings) -> None:
    body = event(PAGE)
    for headers in ({"stripe-signature": header}, {}, signed(body, secret="other"), signed(body + b" ")):
        assert not stripe.parse_callback(body=body, headers=headers, at=NOON).authentic
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert not stripe.parse_callback(body=body, headers=signed(body, secret=""), at=NOON).authentic


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b"{}", b"[" * 100_000, b'{"data": {"object": [1]}}'], ids=range(6)
)
def test_it_never_raises_on_a_callback(books: LocalStripe, body: bytes) -> None:
    assert stripe.parse_callback(body=body, headers=signed(body), at=NOON) == Callback()
    assert stripe.parse_callback(body=body, headers={}, at=datetime.now(tz=UTC)) == Callback(authentic=False)
