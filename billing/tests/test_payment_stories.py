"""Days on which a payment did not go as it should, from the driver's phone to the books, over real HTTP."""

import threading
from decimal import Decimal
from uuid import uuid4

import httpx
import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from billing import ledger
from billing.models import Debt, PaymentRefund, ProviderEvent, TopUp
from billing.payments.doubles import PAID_TWICE
from billing.payments.refunds import book, sweep
from billing.payments.reversals import PAYMENT_REVERSED
from billing.payments.top_ups import check_top_up, start_top_up
from billing.tests.bank_house import as_driver, press
from billing.tests.local_stripe import open_stripe
from billing.tests.making import figures
from billing.tests.sending import send_back
from billing.tests.waiting import wait_for
from drivepower.core.models import Alert

pytestmark = pytest.mark.django_db(transaction=True)

State = TopUp.State


def open_one(house: httpx.Client, driver: User, amount: str = "500.00") -> tuple[TopUp, str]:
    """A top-up that a phone has asked for, and the bank's page of it."""
    asked = house.post("/api/v1/balance/topup-card", json={"amount": amount}, headers=as_driver(driver))
    assert asked.status_code == 201
    said = asked.json()
    return TopUp.objects.get(public_id=said["invoice_id"]), said["pay_url"]


def hear(count: int) -> None:
    """Wait until the bank has called so often in all, and for its thread to go."""
    wait_for(lambda: ProviderEvent.objects.filter(direction="callback").count() >= count)
    wait_for(lambda: not [one for one in threading.enumerate() if one.name == "sandbox-bank"])


def look(top_up: TopUp) -> TopUp.State:
    """What a worker does with the bank's calls."""
    return check_top_up(top_up_id=top_up.pk, at=timezone.now())


def spend(top_up: TopUp, amount: str) -> None:
    ledger.capture(
        wallet=top_up.wallet,
        subject="session:1",
        revision=1,
        net=Decimal(amount),
        tax=Decimal(0),
        at=timezone.now(),
    )


def test_paid_after_its_time_was_over(house: httpx.Client, driver: User) -> None:
    top_up, page = open_one(house, driver)
    press(house, page, "run-out")
    assert look(top_up) == State.CANCELED
    assert press(house, page, "pay-late") == 200
    hear(2)
    assert [look(top_up) for _ in range(3)] == [State.APPROVED] * 3
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")


def test_paid_after_the_driver_gave_it_up(house: httpx.Client, driver: User) -> None:
    top_up, page = open_one(house, driver)
    house.post(f"/api/v1/payment/cancel/{top_up}", headers=as_driver(driver))
    assert press(house, page, "pay") == 200
    hear(1)
    assert look(top_up) == State.APPROVED
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")


def test_declined_and_then_tried_again(house: httpx.Client, driver: User) -> None:
    first, page = open_one(house, driver)
    press(house, page, "decline")
    hear(1)
    assert look(first) == State.CANCELED
    second, page = open_one(house, driver, "200")
    press(house, page, "pay")
    hear(2)
    assert [look(one) for one in (first, second)] == [State.CANCELED, State.APPROVED]
    assert figures(second.wallet) == ("200.00", "0.00", "0.00")


@pytest.mark.parametrize("credited_before", [True, False])
def test_paid_twice_is_credited_once_and_told(house: httpx.Client, driver: User, credited_before: bool) -> None:
    top_up, page = open_one(house, driver)
    for button in ("pay", "pay-again") if credited_before else ("pay-twice",):
        press(house, page, button)
        if credited_before:
            look(top_up)
    hear(2)
    look(top_up)
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    [second] = house.get(f"{page}/status").json()["again"]
    alert = Alert.objects.open().get(kind=PAID_TWICE)
    assert (alert.subject, second in alert.text, "500.00 KGS" in alert.text) == (top_up.subject, True, True)


def test_called_often_and_out_of_order(house: httpx.Client, driver: User) -> None:
    top_up, page = open_one(house, driver)
    for button in ("pay", "call-often", "call-in-disorder"):
        press(house, page, button)
    hear(9)
    assert [look(top_up) for _ in range(9)] == [State.APPROVED] * 9
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    events = ProviderEvent.objects.filter(direction="callback")
    assert {(event.verdict, event.top_up_id) for event in events} == {("hint", top_up.pk)}


def test_charged_back_when_the_money_is_gone_and_repaid_by_the_next_top_up(house: httpx.Client, driver: User) -> None:
    # 500 paid, an evening of 382.50: 117.50 are left
    top_up, page = open_one(house, driver)
    press(house, page, "pay")
    look(top_up)
    spend(top_up, "382.50")
    # the card's holder says it was not them: the bank takes 500, the wallet gives 117.50 and owes 382.50
    press(house, page, "reverse")
    hear(2)
    assert look(top_up) == State.REVERSED
    assert figures(top_up.wallet) == ("0.00", "0.00", "382.50")
    assert "382.50 of it is owed" in Alert.objects.get(kind=PAYMENT_REVERSED).text
    # a new top-up of 400 pays that first: 17.50 are left
    second, page = open_one(house, driver, "400")
    press(house, page, "pay")
    hear(3)
    look(second)
    assert figures(top_up.wallet) == ("17.50", "0.00", "0.00")
    debt = Debt.objects.get()
    assert (debt.subject, debt.paid) == (top_up.subject, Decimal("382.50"))
    assert ledger.check_books() == []
    shown = house.get(f"/api/v1/payment/status/{top_up}", headers=as_driver(driver)).json()
    assert shown["state"] == "reversed"


def test_taken_back_in_two_halves(house: httpx.Client, driver: User) -> None:
    top_up, page = open_one(house, driver)
    press(house, page, "pay")
    look(top_up)
    press(house, page, "reverse-part")
    assert look(top_up) == State.APPROVED
    assert figures(top_up.wallet) == ("250.00", "0.00", "0.00")
    press(house, page, "reverse")
    hear(3)
    assert look(top_up) == State.REVERSED
    assert figures(top_up.wallet) == ("0.00", "0.00", "0.00")


def test_sent_back_while_a_charge_is_running(house: httpx.Client, driver: User) -> None:
    top_up, page = open_one(house, driver)
    press(house, page, "pay")
    look(top_up)
    at = timezone.now()
    ledger.hold(wallet=top_up.wallet, amount=Decimal(300), subject="session:1", number=1, expires_at=None, at=at)
    refund = send_back(top_up=top_up, amount=Decimal(200), reason="moved away", made_by="staff:1", at=at)
    hear(2)
    assert refund.state == PaymentRefund.State.DONE
    assert house.get(f"{page}/status").json()["returned"] == "200.00"
    # the bank's sum shows our own refund: nothing is taken a second time
    assert look(top_up) == State.APPROVED
    assert figures(top_up.wallet) == ("300.00", "300.00", "0.00")
    # and what others take on top is
    press(house, page, "reverse")
    hear(3)
    assert look(top_up) == State.REVERSED
    assert figures(top_up.wallet) == ("300.00", "300.00", "300.00")


def test_sent_back_when_the_payer_has_it_already(house: httpx.Client, driver: User) -> None:
    top_up, page = open_one(house, driver)
    press(house, page, "pay")
    look(top_up)
    press(house, page, "reverse")  # of which we have not heard yet
    at = timezone.now()
    refund = send_back(top_up=top_up, amount=Decimal(500), reason="asked for", made_by="staff:1", at=at)
    hear(2)
    assert refund.state == PaymentRefund.State.REFUSED
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    assert look(top_up) == State.REVERSED
    assert figures(top_up.wallet) == ("0.00", "0.00", "0.00")
    assert ledger.check_books() == []


def test_an_answer_that_was_lost_sends_nothing_twice(house: httpx.Client, driver: User) -> None:
    top_up, page = open_one(house, driver)
    press(house, page, "pay")
    look(top_up)
    at = timezone.now()
    refund = book(top_up=top_up, amount=Decimal(200), reason="x", made_by="staff:1", at=at, key=uuid4())
    # the bank has sent it, and our process died before it read the answer
    house.post(f"{page}/refunds", json={"amount": "200", "key": str(refund.public_id)})
    hear(2)
    assert look(top_up) == State.APPROVED  # nothing is taken for it
    assert sweep(at=at) == {"done": 1}
    assert house.get(f"{page}/status").json()["returned"] == "200.00"
    assert figures(top_up.wallet) == ("300.00", "0.00", "0.00")


def test_a_card_on_stripes_page(driver: User, settings: Settings) -> None:
    with open_stripe(settings) as books:
        at = timezone.now()
        top_up = start_top_up(user=driver, amount=Decimal(500), currency="KGS", method=TopUp.Method.CARD, at=at)
        page = top_up.provider_invoice
        assert look(top_up) == State.PROCESSING
        books.pay(page)
        assert [look(top_up) for _ in range(2)] == [State.APPROVED] * 2
        assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
        # 120.50 are sent back to the card, in whose name the provider's sum shows them
        refund = send_back(top_up=top_up, amount=Decimal("120.50"), reason="asked for", made_by="staff:1", at=at)
        assert (refund.state, refund.provider_refund) == (PaymentRefund.State.DONE, books.refunds[0]["id"])
        assert look(top_up) == State.APPROVED
        assert figures(top_up.wallet) == ("379.50", "0.00", "0.00")
        # a dispute about the rest costs nothing until it is lost
        books.dispute(page, 37_950, "under_review")
        assert look(top_up) == State.APPROVED
        books.disputes[0]["status"] = "lost"
        assert look(top_up) == State.REVERSED
        assert figures(top_up.wallet) == ("0.00", "0.00", "0.00")
        assert ledger.check_books() == []
