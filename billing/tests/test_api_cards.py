import logging
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from billing.models import TopUp
from billing.tests.local_stripe import WEBHOOK_SECRET, open_stripe
from billing.tests.scripted_bank import ScriptedBank

pytestmark = pytest.mark.django_db

PAN = "4242424242424242"


def test_it_opens_the_banks_page(client: APIClient, bank: ScriptedBank) -> None:
    answer = client.post("/api/v1/balance/topup-card", {"amount": "250.50"}, format="json")
    assert answer.status_code == 201
    said = answer.json()
    top_up = TopUp.objects.get()
    assert said["invoice_id"] == str(top_up.public_id)
    assert (said["pay_url"], said["amount"], said["currency"]) == ("http://bank.example/bank-1", "250.50", "KGS")
    assert (top_up.method, top_up.provider, top_up.state) == ("card", "sandbox", "processing")
    assert datetime.fromisoformat(said["invoice_expires_at"]) == top_up.expires_at


def test_it_opens_stripes_page_where_that_takes_cards(client: APIClient, settings: Settings) -> None:
    with open_stripe(settings) as books:
        said = client.post("/api/v1/balance/topup-card", {"amount": 500}, format="json").json()
    top_up = TopUp.objects.get()
    assert said["pay_url"] == f"https://checkout.stripe.example/c/pay/{top_up.provider_invoice}"
    assert books.sessions[top_up.provider_invoice]["client_reference_id"] == said["invoice_id"]
    assert timedelta(minutes=30) < top_up.expires_at - timezone.now() < timedelta(minutes=32)
    assert (top_up.provider, top_up.amount) == ("stripe", Decimal(500))


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1e3", "NaN", "Infinity", "１０", "100000.01", None])
def test_it_refuses_what_is_no_amount(client: APIClient, bank: ScriptedBank, amount: str | None) -> None:
    answer = client.post("/api/v1/balance/topup-card", {"amount": amount}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
    assert not TopUp.objects.exists()


def test_it_is_for_people_who_are_logged_in(bank: ScriptedBank) -> None:
    assert APIClient().post("/api/v1/balance/topup-card", {"amount": 5}, format="json").status_code == 401
    assert not bank.heard


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (f'{{"card_number": "{PAN}", "cvv": "123", "amount": 500}}', "application/json"),
        (f"card_number={PAN}", "application/x-www-form-urlencoded"),
        (f"<card>{PAN}", "text/xml"),
        ("", "application/json"),
        ("{" * 5000 + PAN, "application/json"),
    ],
    ids=["json", "form", "xml", "empty", "broken"],
)
def test_no_card_number_is_read_or_kept(
    client: APIClient, caplog: pytest.LogCaptureFixture, body: str, kind: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        for one in (client, APIClient()):
            answer = one.post("/api/v1/payment/h2h-create", body, content_type=kind)
            assert (answer.status_code, answer.json()["error"]) == (400, "h2h_not_supported")
            assert answer.json()["details"] == {"use": "/api/v1/balance/topup-card"}
            assert PAN not in answer.content.decode()
    assert PAN not in caplog.text
    assert tables_with(PAN) == []
    assert not TopUp.objects.exists()


def tables_with(text: str) -> list[str]:
    """The tables in any row of which that text stands."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT 1 FROM {table} AS row WHERE row::text LIKE %s LIMIT 1", [f"%{text}%"])  # noqa: S608  # our own names
            if cursor.fetchone():
                found.append(table)
    return found


def test_the_look_for_card_numbers_finds_one(driver: User) -> None:
    User.objects.filter(pk=driver.pk).update(name=PAN)
    assert tables_with(PAN) == ['"accounts_user"']


def test_people_come_back_to_a_page_that_promises_nothing() -> None:
    page = APIClient().get("/payment/done", HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 200
    assert "You can go back to the app." in page.content.decode()
    assert APIClient().post("/payment/done").status_code == 405


def test_only_a_signed_callback_of_stripe_is_a_hint(client: APIClient, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRET = WEBHOOK_SECRET
    answer = client.post("/api/v1/payment/webhook/stripe", {"data": {"object": {}}}, format="json")
    assert answer.status_code == 401
