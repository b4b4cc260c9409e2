"""What people do on the page of the demo's bank, and what its shops hear."""

import re
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import httpx
import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import Settings

from billing.models import ProviderEvent, SandboxInvoice, SandboxMovement
from billing.tests.bank_house import make, press
from billing.tests.threads import at_once
from billing.tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

Kind = SandboxMovement.Kind


def heard(count: int) -> list[str]:
    """The standings that our webhook was told, as soon as there are so many."""
    wait_for(lambda: ProviderEvent.objects.count() >= count)
    bodies = ProviderEvent.objects.order_by("id").values_list("body", flat=True)
    return re.findall(r'"status": ?"(\w+)"', " ".join(bodies))


def refund(house: httpx.Client, page: str, amount: Any, key: str = "k-1") -> httpx.Response:
    return house.post(f"{page}/refunds", json={"amount": amount, "key": key})


def status(house: httpx.Client, page: str) -> tuple[str, str]:
    said = house.get(f"{page}/status").json()
    return said["status"], said["returned"]


def test_a_person_pays_late(house: httpx.Client) -> None:
    page = make(house)["page"]
    assert press(house, page, "pay-late") == 409
    assert press(house, page, "run-out") == 200
    assert status(house, page)[0] == "expired"
    assert press(house, page, "pay") == 409
    assert press(house, page, "pay-late") == 200
    assert status(house, page)[0] == "paid"
    assert press(house, page, "pay-late") == 409
    assert heard(2) == ["expired", "paid"]


def test_a_person_pays_what_ran_out_by_itself_or_was_declined(house: httpx.Client) -> None:
    over, declined = make(house)["page"], make(house)["page"]
    SandboxInvoice.objects.filter(public_id=over[-36:]).update(made_at=timezone.now() - timedelta(minutes=6))
    press(house, declined, "decline")
    assert [press(house, page, "pay-late") for page in (over, declined)] == [200, 200]
    heard(3)


def test_a_person_pays_twice(house: httpx.Client) -> None:
    page = make(house)["page"]
    assert press(house, page, "pay-again") == 409
    assert press(house, page, "pay-twice") == 200
    said = house.get(f"{page}/status").json()
    [again] = said["again"]
    assert (said["amount"], said["status"]) == ("500.00", "paid")
    assert again != said["transaction"]
    assert press(house, page, "pay-twice") == 409
    assert press(house, page, "pay-again") == 200
    assert len(house.get(f"{page}/status").json()["again"]) == 2
    assert heard(3) == ["paid"] * 3


def test_the_bank_takes_back(house: httpx.Client) -> None:
    page = make(house, "100.01")["page"]
    assert press(house, page, "reverse") == 409
    press(house, page, "pay")
    assert press(house, page, "reverse-part") == 200
    assert status(house, page) == ("paid", "50.00")
    assert press(house, page, "reverse") == 200
    assert status(house, page) == ("paid", "100.01")
    assert [press(house, page, button) for button in ("reverse", "reverse-part")] == [409, 409]
    heard(3)


def test_the_smallest_amount_goes_back_whole(house: httpx.Client) -> None:
    page = make(house, "0.01")["page"]
    press(house, page, "pay")
    assert press(house, page, "reverse-part") == 200
    assert status(house, page) == ("paid", "0.01")
    heard(2)


def test_a_shop_sends_back_by_a_key(house: httpx.Client) -> None:
    page = make(house)["page"]
    assert refund(house, page, "1").status_code == 409  # not paid
    press(house, page, "pay")
    first, again = refund(house, page, "200"), refund(house, page, "200")
    assert (first.status_code, first.json()) == (200, again.json())
    assert refund(house, page, "100").status_code == 409  # the key was another amount's
    assert refund(house, page, "300.01", key="k-2").status_code == 409
    press(house, page, "reverse-part")
    assert status(house, page) == ("paid", "350.00")
    assert refund(house, page, "150", key="k-2").status_code == 200
    assert SandboxMovement.objects.filter(kind=Kind.REFUND).count() == 2
    heard(4)


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", 5, None])
def test_a_shop_is_told_what_is_no_refund(house: httpx.Client, amount: Any) -> None:
    page = make(house)["page"]
    press(house, page, "pay")
    assert refund(house, page, amount).status_code == 400
    assert refund(house, page, "5", key="").status_code == 400
    assert house.post(f"{page}/refunds", content=b"[").status_code == 400
    heard(1)


def test_no_more_goes_back_than_was_paid(house: httpx.Client) -> None:
    page = make(house)["page"]
    press(house, page, "pay")
    url = f"{house.base_url}".rstrip("/")

    def ask(number: int) -> int:
        body = {"amount": "200", "key": f"k-{number}"}
        return httpx.post(f"{page}/refunds", json=body, timeout=30).status_code

    assert page.startswith(url)
    assert sorted(at_once(*[partial(ask, number) for number in range(5)])) == [200, 200, 409, 409, 409]
    assert status(house, page) == ("paid", "400.00")
    heard(3)


def test_it_calls_often_and_out_of_order(house: httpx.Client) -> None:
    page = make(house)["page"]
    press(house, page, "pay")
    assert press(house, page, "call-often") == 200
    assert heard(6) == ["paid"] * 6
    assert press(house, page, "call-in-disorder") == 200
    assert heard(9)[6:] == ["paid", "open", "declined"]


def test_the_card_page_asks_for_no_number(house: httpx.Client) -> None:
    page = make(house)["page"]
    shown = house.get(f"{page}/card", headers={"Accept-Language": "en"}).text
    assert "A card with money" in shown
    inputs = re.findall(r"<input[^>]*>", shown)
    assert inputs
    assert all('type="hidden"' in one for one in inputs)
    answer = house.post(f"{page}/pay", data={"from": "card"}, headers={"Accept": "text/html"})
    assert answer.headers["Location"].endswith("/card")
    heard(1)


@pytest.mark.parametrize("button", [None, "run-out", "decline", "pay-twice", "reverse-part"])
def test_its_pages_need_no_script_and_show_what_can_be_pressed(house: httpx.Client, button: str | None) -> None:
    page = make(house)["page"]
    if button == "reverse-part":
        press(house, page, "pay")
    if button:
        assert press(house, page, button) == 200
    for address in (page, f"{page}/card"):
        shown = house.get(address, headers={"Accept-Language": "en"}).text
        assert not re.search(r"<script|<style|\son\w+=|\sstyle=|javascript:", shown)
        for action in re.findall(r'action="([^"]+)"', shown):
            assert action.startswith("/sandbox/bank/invoices/")
        name = page[-36:]
        buttons = re.findall(rf'action="/sandbox/bank/invoices/{name}/([a-z-]+)"', shown)
        assert buttons
    wait_for(lambda: ProviderEvent.objects.count() >= {None: 0, "pay-twice": 2, "reverse-part": 2}.get(button, 1))


def test_every_button_of_an_open_page_works(house: httpx.Client) -> None:
    shown = house.get(make(house)["page"]).text
    buttons = re.findall(r'action="/sandbox/bank/invoices/[0-9a-f-]+/([a-z-]+)"', shown)
    assert sorted(buttons) == ["decline", "pay", "pay-twice", "run-out"]
    assert [press(house, make(house)["page"], button) for button in buttons] == [200] * 4
    heard(5)


def test_an_unknown_button_is_no_page(house: httpx.Client) -> None:
    assert press(house, make(house)["page"], "rob") == 404


def test_it_is_open_where_it_takes_cards_or_qr(house: httpx.Client, settings: Settings) -> None:
    page = make(house)["page"]
    for qr, card, code in (("odengi", "sandbox", 200), ("sandbox", "stripe", 200), ("odengi", "stripe", 404)):
        settings.PAYMENT_PROVIDER, settings.CARD_PROVIDER = qr, card
        assert house.get(page).status_code == code


def test_a_shop_may_give_a_way_back(house: httpx.Client) -> None:
    wanted = {"order": "o", "amount": "5", "currency": "KGS", "about": "<b>x", "return_url": "https://shop.example/a?b"}
    page = house.post("/sandbox/bank/invoices", json=wanted).json()["page"]
    shown = house.get(page).text
    assert 'href="https://shop.example/a?b"' in shown
    assert "&lt;b&gt;x" in shown
    assert SandboxInvoice.objects.get().amount == Decimal(5)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"amount": 0}, "bank_movement_is_of_something"),
        ({"kind": "refund"}, "bank_refund_has_its_key"),
        ({"key": "k"}, "bank_refund_has_its_key"),
        ({"kind": "refund", "key": "used", "name": "N-2"}, "bank_refunds_once_per_invoice_and_key"),
    ],
)
def test_the_banks_own_books_are_in_order(fields: dict[str, Any], name: str) -> None:
    invoice = SandboxInvoice.objects.create(order="o", amount=5, currency="KGS", made_at=timezone.now())
    given = {"invoice": invoice, "kind": "again", "amount": 5, "name": "N-1", "made_at": timezone.now()}
    SandboxMovement.objects.create(**(given | {"kind": "refund", "key": "used"}))
    with pytest.raises(IntegrityError, match=name):
        SandboxMovement.objects.create(**(given | {"name": "N-3"} | fields))
