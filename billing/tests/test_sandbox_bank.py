"""The demo's bank, over real HTTP."""

import uuid
from datetime import timedelta
from functools import partial

import httpx
import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from billing.models import ProviderEvent, SandboxInvoice, TopUp
from billing.tasks import check_top_up
from billing.tests.bank_house import as_driver, make
from billing.tests.making import person
from billing.tests.threads import at_once
from billing.tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def last_event() -> ProviderEvent:
    """What our webhook kept, as soon as it did."""
    event = wait_for(ProviderEvent.objects.filter(direction="callback").order_by("-id").first)
    assert event is not None
    return event


def test_a_driver_tops_up_by_qr(house: httpx.Client, driver: User) -> None:
    headers = as_driver(driver)
    opened = house.post("/api/v1/balance/topup-qr", json={"amount": 500}, headers=headers).json()
    page = house.get(opened["app_link"], headers={"Accept": "text/html"})
    assert (page.status_code, "<svg" in page.text, "500.00 KGS" in page.text) == (200, True, True)
    assert opened["qr_code"] == opened["app_link"]

    paid = house.post(f"{opened['app_link']}/pay")
    assert (paid.status_code, paid.json()["status"]) == (200, "paid")
    event = last_event()
    assert (event.verdict, str(event.top_up)) == ("hint", opened["invoice_id"])
    # what a worker does with the hint
    check_top_up(TopUp.objects.get().pk)

    status = house.get(f"/api/v1/payment/status/{opened['invoice_id']}", headers=headers).json()
    assert (status["status"], status["status_text"], status["paid_amount"]) == (1, "approved", "500.00")
    balance = house.get("/api/v1/balance/current", headers=headers).json()
    assert (balance["balance"], balance["currency"]) == ("500.00", "KGS")
    [movement] = house.get("/api/billing/me/transactions", headers=headers).json()["data"]
    assert (movement["type"], movement["amount"], movement["invoice_id"]) == (
        "balance_topup",
        "500.00",
        opened["invoice_id"],
    )


def test_a_driver_declines(house: httpx.Client, driver: User) -> None:
    opened = house.post("/api/v1/balance/topup-qr", json={"amount": "99.50"}, headers=as_driver(driver)).json()
    assert house.post(f"{opened['app_link']}/decline").json()["status"] == "declined"
    last_event()
    check_top_up(TopUp.objects.get().pk)
    assert TopUp.objects.get().state == TopUp.State.CANCELED
    assert house.post(f"{opened['app_link']}/pay").status_code == 409


def test_it_takes_a_payment_once(house: httpx.Client) -> None:
    made = make(house)
    first, second = (house.post(f"{made['page']}/pay") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 409)
    assert first.json()["transaction"] == second.json()["transaction"] != ""
    assert house.post(f"{made['page']}/decline").status_code == 409
    last_event()
    assert ProviderEvent.objects.count() == 1


def test_it_takes_no_payment_when_the_time_is_over(house: httpx.Client) -> None:
    made = make(house)
    SandboxInvoice.objects.update(made_at=timezone.now() - timedelta(minutes=5))
    assert house.post(f"{made['page']}/pay").status_code == 409
    assert house.get(f"{made['page']}/status").json()["status"] == "expired"
    assert "The time to pay is over" in house.get(made["page"], headers={"Accept-Language": "en"}).text


def test_it_leads_a_browser_back_to_its_page(house: httpx.Client) -> None:
    made = make(house)
    answer = house.post(f"{made['page']}/pay", headers={"Accept": "text/html"})
    assert (answer.status_code, f"{house.base_url}{answer.headers['Location']}") == (302, made["page"])
    last_event()


def test_it_keeps_a_payment_when_the_shop_cannot_be_called(house: httpx.Client, settings: Settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    made = make(house)
    assert house.post(f"{made['page']}/pay").json()["status"] == "paid"
    assert house.get(f"{made['page']}/status").json()["status"] == "paid"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        pytest.param(b"[" * 100_000, id="deep"),
        b'{"order": "o", "amount": "-5", "currency": "KGS"}',
        b'{"order": "o", "amount": "0.001", "currency": "KGS"}',
        b'{"order": "o", "amount": "NaN", "currency": "KGS"}',
        b'{"order": "o", "amount": "5", "currency": "SOM!"}',
        b'{"order": 5, "amount": "5", "currency": "KGS"}',
        b'{"order": "o", "amount": "5", "currency": "KGS", "return_url": "javascript:alert(1)"}',
    ],
)
def test_it_refuses_an_invoice_it_cannot_read(house: httpx.Client, body: bytes) -> None:
    assert house.post("/sandbox/bank/invoices", content=body).status_code == 400
    assert not SandboxInvoice.objects.exists()


def test_it_is_closed_outside_the_demo(house: httpx.Client, settings: Settings) -> None:
    made = make(house)
    settings.DEMO_MODE = False
    for path in ("", "/card", "/status", "/pay", "/decline", "/refunds"):
        method = "GET" if path in ("", "/card", "/status") else "POST"
        assert house.request(method, made["page"] + path).status_code == 404
    assert house.post("/sandbox/bank/invoices", json={}).status_code == 404
    assert SandboxInvoice.objects.get().state == SandboxInvoice.State.OPEN
    settings.DEMO_MODE = True
    assert house.get(f"/sandbox/bank/invoices/{uuid.uuid4()}/status").status_code == 404


def test_it_serves_more_drivers_at_once_than_there_are_connections(house: httpx.Client) -> None:
    # each request needs a connection for the shop, then one for the bank: nobody may keep the first while asking
    drivers = [as_driver(person()) for _ in range(settings.DATABASE_POOL_SIZE + 4)]

    def ask(headers: dict[str, str]) -> int:
        address = f"{house.base_url}/api/v1/balance/topup-qr"
        return httpx.post(address, json={"amount": 5}, headers=headers, timeout=60).status_code

    assert set(at_once(*[partial(ask, headers) for headers in drivers])) == {201}
    assert SandboxInvoice.objects.count() == len(drivers)
