import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from billing.models import Receipt
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tests.making import NOON, rule, straight, terms, wallet_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(driver: User) -> Receipt:
    """25.5 kWh at 15.00 and 40 minutes at 1.00, 12 % tax in it."""
    given = terms(rule("per_kwh", "15"), rule("per_minute", "1"), tax_percent=Decimal(12))
    made = price(given, straight(NOON, 40, 25_500))
    wallet = wallet_with("0", user=driver)
    return give_receipt(wallet=wallet, subject="session:41", price=made, terms=given, at=NOON)


def test_it_shows_a_receipt_with_its_lines(client: APIClient, receipt: Receipt) -> None:
    answer = client.get(f"/api/v1/receipts/{receipt.public_id}")
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "id": str(receipt.public_id),
        "number": "DP-2026-000001",
        "kind": "sale",
        "corrects": None,
        "made_at": "2026-03-02T06:00:00Z",
        "currency": "KGS",
        "net": "377.23",
        "tax": "45.27",
        "gross": "422.50",
        "tax_name": "VAT",
        "tax_percent": "12.00",
        "lines": [
            {
                "dimension": "per_kwh",
                "rule": "per_kwh",
                "from": "2026-03-02T06:00:00Z",
                "until": "2026-03-02T06:40:00Z",
                "quantity": 25.5,
                "unit": "kWh",
                "unit_price": "15.0000",
                "net": "341.52",
                "tax": "40.98",
                "gross": "382.50",
            },
            {
                "dimension": "per_minute",
                "rule": "per_minute",
                "from": "2026-03-02T06:00:00Z",
                "until": "2026-03-02T06:40:00Z",
                "quantity": 2400.0,
                "unit": "s",
                "unit_price": "1.0000",
                "net": "35.71",
                "tax": "4.29",
                "gross": "40.00",
            },
        ],
    }


def test_it_names_the_receipt_that_it_corrects(client: APIClient, receipt: Receipt) -> None:
    given = terms(rule("per_kwh", "15"))
    made = price(given, straight(NOON, 40, 26_000))
    second = give_receipt(wallet=receipt.wallet, subject="session:41", price=made, terms=given, at=NOON)
    answer = client.get(f"/api/v1/receipts/{second.public_id}").json()
    assert (answer["kind"], answer["corrects"]) == ("correction", "DP-2026-000001")


def test_it_asks_three_queries_for_any_number_of_lines(client: APIClient, receipt: Receipt) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/api/v1/receipts/{receipt.public_id}")
    assert len(queries) == 3


def test_it_does_not_exist_for_anyone_else(strange_client: APIClient, receipt: Receipt) -> None:
    for public_id in (receipt.public_id, uuid.uuid4()):
        answer = strange_client.get(f"/api/v1/receipts/{public_id}")
        assert (answer.status_code, answer.json()["error"]) == (404, "receipt_not_found")


def test_it_is_closed_to_strangers(receipt: Receipt) -> None:
    assert APIClient().get(f"/api/v1/receipts/{receipt.public_id}").status_code == 401
