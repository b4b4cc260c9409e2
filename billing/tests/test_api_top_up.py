import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from billing.models import TopUp
from billing.payments.top_ups import check_top_up
from billing.tests.making import NOON, wallet_with
from billing.tests.odengi_desk import OdengiDesk
from billing.tests.scripted_bank import ScriptedBank

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/balance/topup-qr"


def ask(client: APIClient, amount: str) -> tuple[int, dict[str, object]]:
    """Ask for a top-up with that amount, as JSON writes it."""
    answer = client.post(ADDRESS, f'{{"amount": {amount}}}', content_type="application/json")
    return answer.status_code, answer.json()


def test_it_answers_with_a_qr(client: APIClient, driver: User, bank: ScriptedBank) -> None:
    wallet_with("12.34", user=driver)
    code, said = ask(client, '"99.50"')
    top_up = TopUp.objects.get()
    assert code == 201
    assert str(said.pop("qr_code_url")).startswith("data:image/svg+xml")
    until = top_up.expires_at.isoformat().replace("+00:00", "Z")
    assert said == {
        "success": True,
        "invoice_id": str(top_up.public_id),
        "order_id": str(top_up.public_id),
        "qr_code": "http://bank.example/bank-1",
        "app_link": "http://bank.example/bank-1",
        "amount": "99.50",
        "currency": "KGS",
        "client_id": str(driver.public_id),
        "current_balance": "12.34",
        "qr_expires_at": until,
        "invoice_expires_at": until,
        "qr_lifetime_seconds": 300,
        "invoice_lifetime_seconds": 300,
    }


@pytest.mark.parametrize(
    ("written", "amount"), [("500", "500.00"), ("0500", None), ("1", "1.00"), ("100000", "100000.00")]
)
def test_it_takes_plain_numbers(client: APIClient, bank: ScriptedBank, written: str, amount: str | None) -> None:
    code, said = ask(client, written)
    assert (code, said.get("amount")) == ((201, amount) if amount else (400, None))


def test_it_takes_a_fraction_without_a_float(client: APIClient, bank: ScriptedBank) -> None:
    assert ask(client, "99.10")[1]["amount"] == "99.10"


SIGNED_OR_TINY = ["-1", "0", "0.99", "0.001", '"+5"', '"5.001"']
TOO_MUCH = ["100000.01", "100000000000000000000"]
OTHERWISE_WRITTEN = ["1e3", '"1e3"', '"NaN"', "NaN", "Infinity", '"１０"', '"0x10"', '"5,50"', '" 5"', '"5\\n"', '""']
OF_ANOTHER_TYPE = ["true", "null", "[5]", '{"a": 5}']


@pytest.mark.parametrize("amount", [*SIGNED_OR_TINY, *TOO_MUCH, *OTHERWISE_WRITTEN, *OF_ANOTHER_TYPE])
def test_it_refuses_what_is_no_amount(client: APIClient, bank: ScriptedBank, amount: str) -> None:
    code, said = ask(client, amount)
    assert code == 400
    assert said["error"] in {"invalid_parameters", "invalid_request"}
    assert not TopUp.objects.exists()
    assert bank.heard == []


def test_it_needs_an_amount(client: APIClient) -> None:
    answer = client.post(ADDRESS, {}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
    assert "amount" in answer.json()["details"]


def test_it_says_when_the_bank_is_away(client: APIClient, bank: ScriptedBank) -> None:
    bank.code = 503
    code, said = ask(client, "500")
    assert (code, said["success"], said["error"]) == (400, False, "payment_provider_error")


@pytest.mark.usefixtures("standing_clock")
def test_it_is_asked_ten_times_a_minute(client: APIClient, bank: ScriptedBank) -> None:
    codes = [client.post(ADDRESS, {}, format="json").status_code for _ in range(11)]
    assert (codes[9], codes[10]) == (400, 429)


def test_it_shows_where_a_payment_stands(client: APIClient, top_up: TopUp) -> None:
    said = client.get(f"/api/v1/payment/status/{top_up.public_id}").json()
    assert said == {
        "success": True,
        "invoice_id": str(top_up.public_id),
        "status": 0,
        "status_text": "processing",
        "state": "processing",
        "amount": "500.00",
        "paid_amount": None,
        "currency": "KGS",
        "can_proceed": False,
        "qr_expired": True,  # it was made in March
        "invoice_expired": True,
        "needs_callback_check": True,
        "invoice_expires_at": "2026-03-02T06:05:00Z",
    }


@pytest.mark.parametrize("state", ["canceled", "expired", "failed"])
def test_it_shows_one_number_for_every_sad_end(client: APIClient, top_up: TopUp, state: str) -> None:
    TopUp.objects.update(state=state)
    said = client.get(f"/api/v1/payment/status/{top_up.public_id}").json()
    assert (said["status"], said["status_text"], said["can_proceed"]) == (2, state, False)


@pytest.mark.parametrize(
    ("returned", "status", "word"), [("0", 1, "approved"), ("200.00", 4, "approved"), ("500.00", 3, "reversed")]
)
def test_it_shows_what_went_back(
    client: APIClient, top_up: TopUp, bank: ScriptedBank, returned: str, status: int, word: str
) -> None:
    bank.says("paid")
    bank.status["returned"] = returned
    check_top_up(top_up_id=top_up.pk, at=NOON)
    said = client.get(f"/api/v1/payment/status/{top_up.public_id}").json()
    assert (said["status"], said["status_text"], said["paid_amount"]) == (status, word, "500.00")


def test_its_qr_ends_with_the_provider(client: APIClient, by_odengi: None, desk: OdengiDesk) -> None:
    end = timezone.now() + timedelta(minutes=2)
    desk.more = {"date_life": end.astimezone(ZoneInfo("Asia/Bishkek")).strftime("%Y-%m-%d %H:%M:%S")}
    said = ask(client, "500")[1]
    seconds = said["qr_lifetime_seconds"]
    assert isinstance(seconds, int)
    assert 60 < seconds <= 120
    assert (said["qr_code"], said["app_link"]) == ("00020101900000001", "https://app.example/900000001")


def test_it_is_cancelled(client: APIClient, top_up: TopUp) -> None:
    answer = client.post(f"/api/v1/payment/cancel/{top_up.public_id}")
    assert (answer.status_code, answer.json()["state"]) == (200, "canceled")
    again = client.post(f"/api/v1/payment/cancel/{top_up.public_id}")
    assert (again.status_code, again.json()["error"]) == (400, "payment_not_cancellable")


def test_it_does_not_exist_for_anyone_else(strange_client: APIClient, top_up: TopUp) -> None:
    for invoice in (top_up.public_id, uuid.uuid4()):
        shown = strange_client.get(f"/api/v1/payment/status/{invoice}")
        cancelled = strange_client.post(f"/api/v1/payment/cancel/{invoice}")
        assert (shown.status_code, shown.json()["error"]) == (404, "payment_not_found")
        assert (cancelled.status_code, cancelled.json()["error"]) == (404, "payment_not_found")
    top_up.refresh_from_db()
    assert top_up.state == TopUp.State.PROCESSING


@pytest.mark.parametrize("path", ["balance/topup-qr", "payment/cancel/00000000-0000-4000-8000-000000000000"])
def test_it_is_closed_to_strangers(path: str) -> None:
    assert APIClient().post(f"/api/v1/{path}").status_code == 401
    assert APIClient().get(f"/api/v1/payment/status/{uuid.uuid4()}").status_code == 401
