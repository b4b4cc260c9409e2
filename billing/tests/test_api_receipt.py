import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Company, IdTag, User
from billing import ledger
from billing.models import Receipt
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tests.making import NOON, rule, straight, terms, wallet_with
from billing.tests.reading_pdf import pages_of

pytestmark = pytest.mark.django_db
PLACE = "Bishkek, Ala-Too Square"


@pytest.fixture
def receipt(driver: User) -> Receipt:
    """25.5 kWh at 15.00 and 40 minutes at 1.00, 12 % tax in it."""
    given = terms(rule("per_kwh", "15"), rule("per_minute", "1"), tax_percent=Decimal(12))
    made = price(given, straight(NOON, 40, 25_500))
    wallet = wallet_with("0", user=driver)
    return give_receipt(wallet=wallet, subject="session:41", about=PLACE, price=made, terms=given, at=NOON)


def test_it_shows_a_receipt_with_its_lines(client: APIClient, receipt: Receipt) -> None:
    answer = client.get(f"/api/v1/receipts/{receipt.public_id}")
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "id": str(receipt.public_id),
        "number": "DP-2026-000001",
        "kind": "sale",
        "corrects": None,
        "reason": "",
        "about": "Bishkek, Ala-Too Square",
        "made_at": "2026-03-02T06:00:00Z",
        "time_zone": "Asia/Bishkek",
        "currency": "KGS",
        "net": "377.23",
        "tax": "45.27",
        "gross": "422.50",
        "subject_gross": "422.50",
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
                "tax_percent": "12.00",
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
                "tax_percent": "12.00",
                "net": "35.71",
                "tax": "4.29",
                "gross": "40.00",
            },
        ],
        "why": [
            "12:00–12:40, per_kwh: 15.00 KGS per kWh × 25.500 kWh = 382.50 KGS.",
            "12:00–12:40, per_minute: 1.00 KGS per minute × 40:00 min = 40.00 KGS.",
            "VAT 12 % in it: 45.27 KGS.",
        ],
        "fiscal": None,
    }


def test_it_names_the_receipt_that_it_corrects(client: APIClient, receipt: Receipt) -> None:
    given = terms(rule("per_kwh", "15"))
    made = price(given, straight(NOON, 40, 26_000))
    second = give_receipt(wallet=receipt.wallet, subject="session:41", about="", price=made, terms=given, at=NOON)
    answer = client.get(f"/api/v1/receipts/{second.public_id}").json()
    assert (answer["kind"], answer["corrects"]) == ("correction", "DP-2026-000001")


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "ru-RU,ru;q=0.9,en;q=0.5", "ru"),
        ("", "de", "en"),
        ("?language=ru", "en", "ru"),
        ("?language=en", "ru", "en"),
    ],
)
def test_it_speaks_the_language_that_was_asked_for(
    client: APIClient, receipt: Receipt, query: str, header: str, language: str
) -> None:
    answer = client.get(f"/api/v1/receipts/{receipt.public_id}{query}", headers={"Accept-Language": header})
    sentence = {"en": "VAT 12 % in it: 45.27 KGS.", "ru": "В том числе НДС 12 %: 45,27 KGS."}[language]
    assert answer.json()["why"][-1] == sentence
    assert answer.headers["Content-Language"] == language
    assert (answer.json()["gross"], answer.json()["tax_name"]) == ("422.50", "VAT")  # programs read the same


def test_it_refuses_a_language_that_it_does_not_speak(client: APIClient, receipt: Receipt) -> None:
    answer = client.get(f"/api/v1/receipts/{receipt.public_id}?language=xx")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
    assert answer.json()["details"] == {"languages": ["en", "ru"]}


@pytest.mark.parametrize(("query", "accept"), [("?format=pdf", "*/*"), ("", "application/pdf")])
def test_it_gives_a_pdf(client: APIClient, receipt: Receipt, query: str, accept: str) -> None:
    headers = {"Accept": accept, "Accept-Language": "ru"}
    answer = client.get(f"/api/v1/receipts/{receipt.public_id}{query}", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="DP-2026-000001-ru.pdf"'
    (page,) = pages_of(answer.content)
    assert "Чек DP-2026-000001" in page
    assert PLACE in page
    assert "422,50 KGS" in page


@pytest.mark.parametrize("query", ["?format=pdf&language=xx", "?format=xml"])
def test_it_says_as_json_what_is_wrong(client: APIClient, receipt: Receipt, query: str) -> None:
    answer = client.get(f"/api/v1/receipts/{receipt.public_id}{query}")
    assert answer.status_code in (400, 404)
    assert answer.json()["success"] is False


def test_it_asks_three_queries_for_any_number_of_lines(client: APIClient, receipt: Receipt) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/api/v1/receipts/{receipt.public_id}")
    assert len(queries) == 3


@pytest.mark.parametrize("query", ["", "?format=pdf"])
def test_it_does_not_exist_for_anyone_else(strange_client: APIClient, receipt: Receipt, query: str) -> None:
    for public_id in (receipt.public_id, uuid.uuid4()):
        answer = strange_client.get(f"/api/v1/receipts/{public_id}{query}")
        assert (answer.status_code, answer.json()["error"]) == (404, "receipt_not_found")


def test_it_keeps_a_companys_receipts_from_its_drivers(client: APIClient, driver: User) -> None:
    company = Company.objects.create(name="Fleet")
    IdTag.objects.create(value="CARD1", user=driver, company=company)
    given = terms(rule("per_kwh", "15"))
    made = price(given, straight(NOON, 40, 26_000))
    wallet = ledger.wallet_of(company=company, currency="KGS")
    theirs = give_receipt(wallet=wallet, subject="session:7", about="", price=made, terms=given, at=NOON)
    assert client.get(f"/api/v1/receipts/{theirs.public_id}").status_code == 404


@pytest.mark.parametrize("query", ["", "?format=pdf"])
def test_it_is_closed_to_strangers(receipt: Receipt, query: str) -> None:
    answer = APIClient().get(f"/api/v1/receipts/{receipt.public_id}{query}")
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
