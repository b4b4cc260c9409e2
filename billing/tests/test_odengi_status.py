"""Only what O!Dengi answers to our own question credits, over real HTTP."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from billing.models import ProviderEvent, TopUp
from billing.payments import odengi_envelope
from billing.payments.odengi import Odengi
from billing.payments.protocol import ProviderAway, ProviderRefuses, ProviderTrouble, Standing
from billing.payments.top_ups import GRACE, cancel_top_up, check_top_up, start_top_up, sweep_top_ups
from billing.tests.making import NOON, figures
from billing.tests.odengi_desk import OdengiDesk, error
from billing.tests.threads import at_once
from drivepower.core.models import Alert

State = TopUp.State
SOON, LATER = NOON + timedelta(minutes=1), NOON + timedelta(minutes=5)
NOTHING, PAID = ("0.00", "0.00", "0.00"), ("500.00", "0.00", "0.00")


@pytest.fixture
def asked(by_odengi: None, driver: User) -> TopUp:
    """500.00 KGS, asked for at noon at O!Dengi, unpaid as yet."""
    return start_top_up(user=driver, amount=Decimal(500), currency="KGS", method=TopUp.Method.QR, at=NOON)


def check(top_up: TopUp, at: datetime = SOON) -> str:
    return check_top_up(top_up_id=top_up.pk, at=at).value


@pytest.mark.django_db
def test_it_waits_and_then_credits(asked: TopUp, desk: OdengiDesk) -> None:
    assert check(asked) == "processing"
    desk.pay(asked.provider_invoice)
    assert check(asked) == "approved"
    assert figures(asked.wallet) == PAID
    assert desk.heard[-1]["data"] == {"invoice_id": asked.provider_invoice}
    event = ProviderEvent.objects.latest("id")
    assert (event.direction, event.verdict, event.top_up) == ("call", "fetch_status: paid", asked)
    assert json.loads(event.body)["data"]["payments"][0]["amount"] == 50000


@pytest.mark.django_db
def test_it_reads_the_status_without_a_list_of_payments(asked: TopUp, desk: OdengiDesk) -> None:
    desk.says = {"cmd": "statusPayment", "data": {"status": "approved", "amount": "50000", "trans_id": 77}}
    assert check(asked) == "approved"
    assert figures(asked.wallet) == PAID
    asked.refresh_from_db()
    assert asked.provider_transaction == "77"


@pytest.mark.django_db
def test_it_credits_what_was_paid_and_not_what_was_asked_for(asked: TopUp, desk: OdengiDesk) -> None:
    desk.pay(asked.provider_invoice, amount=12_345)
    assert check(asked) == "approved"
    assert figures(asked.wallet) == ("123.45", "0.00", "0.00")


@pytest.mark.django_db
def test_it_counts_tyiyn_where_a_float_would_lose_one(by_odengi: None, driver: User, desk: OdengiDesk) -> None:
    amount = Decimal("1.13")  # 1.13 * 100 is 112.99999999999999 as a float
    top_up = start_top_up(user=driver, amount=amount, currency="KGS", method=TopUp.Method.QR, at=NOON)
    assert desk.invoices[top_up.provider_invoice]["amount"] == 113
    desk.pay(top_up.provider_invoice)
    assert check(top_up) == "approved"
    assert figures(top_up.wallet) == ("1.13", "0.00", "0.00")


ODD: list[dict[str, Any]] = [
    {"amount": None},
    {"amount": ""},
    {"amount": "500.00"},
    {"amount": 50000.0},
    {"amount": 499.5},
    {"amount": "5e4"},
    {"amount": 1e9},
    {"amount": -50000},
    {"amount": 0},
    {"amount": 50001},
    {"amount": True},
    {"amount": "５００００"},
    {"amount": [50000]},
    {"amount": 10**30},
    {"currency": "USD"},
    {"currency": 417},
    {"trans_id": None},
    {"trans_id": ""},
    {"trans_id": False},
    {"trans_id": "T" * 81},
]


@pytest.mark.django_db
@pytest.mark.parametrize("more", ODD, ids=range(len(ODD)))
def test_it_leaves_an_odd_payment_to_a_person(asked: TopUp, desk: OdengiDesk, more: dict[str, Any]) -> None:
    desk.pay(asked.provider_invoice, **more)
    assert [check(asked), check(asked, LATER)] == ["processing", "expired"]
    assert figures(asked.wallet) == NOTHING
    assert Alert.objects.get().kind == "payment_odd"
    desk.pay(asked.provider_invoice)  # put right
    assert check(asked, LATER) == "approved"


UNREADABLE: list[tuple[int, Any]] = [
    (200, error(7, "no such invoice")),
    (200, {"cmd": "statusPayment", "data": {"status": "who knows", "amount": 50000, "trans_id": "T"}}),
    (200, {"cmd": "statusPayment", "data": {"status": 3, "amount": 50000, "trans_id": "T"}}),
    (200, {"cmd": "statusPayment", "data": {"status": ["approved"]}}),
    (200, {"cmd": "statusPayment", "data": {"payments": [{"amount": 50000}]}}),
    (200, {"cmd": "statusPayment", "data": {"payments": ["approved"]}}),
    (200, {"cmd": "statusPayment", "data": {"payments": []}}),
    (200, {"cmd": "statusPayment", "data": {"error": 1, "status": "approved", "amount": 50000, "trans_id": "T"}}),
    (200, b"approved"),
    (200, b"[" * 100_000),
    (200, b'{"cmd":"statusPayment","data":{"amount":' + b"9" * 5000 + b"}}"),
    (503, {}),
    (401, {}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "said"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_it_learns_nothing_from_what_it_cannot_read(asked: TopUp, desk: OdengiDesk, code: int, said: Any) -> None:
    desk.code, desk.says = code, said
    with pytest.raises(ProviderTrouble):
        check(asked, LATER + GRACE - timedelta(seconds=1))
    assert check(asked, LATER + GRACE) == "expired"
    desk.code, desk.says = 200, None
    desk.pay(asked.provider_invoice)
    assert check(asked, LATER + GRACE) == "approved"
    assert figures(asked.wallet) == PAID


@pytest.mark.django_db
def test_it_stays_open_while_the_provider_is_slow(
    asked: TopUp, desk: OdengiDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odengi_envelope, "TIMEOUT_SECONDS", 0.1)
    desk.held = True
    desk.pay(asked.provider_invoice)
    with pytest.raises(ProviderAway):
        check(asked, LATER + GRACE)
    desk.held = False
    monkeypatch.undo()
    assert check(asked, LATER + GRACE) == "approved"


@pytest.mark.django_db
def test_money_that_comes_after_the_driver_gave_up_is_credited_once(asked: TopUp, desk: OdengiDesk) -> None:
    cancel_top_up(top_up=asked, at=NOON)
    desk.pay(asked.provider_invoice)
    assert [check(asked, at) for at in (LATER, LATER, NOON + timedelta(hours=3))] == ["approved"] * 3
    assert figures(asked.wallet) == PAID


@pytest.mark.django_db
def test_a_sweep_finds_money_that_comes_late(asked: TopUp, desk: OdengiDesk) -> None:
    assert sweep_top_ups(at=LATER) == {"expired": 1}
    desk.pay(asked.provider_invoice)
    assert [sweep_top_ups(at=LATER + timedelta(minutes=m)) for m in (1, 6, 12)] == [{}, {"approved": 1}, {}]
    assert figures(asked.wallet) == PAID


@pytest.mark.django_db
def test_two_invoices_of_one_wallet_are_both_credited_when_both_are_paid(asked: TopUp, desk: OdengiDesk) -> None:
    assert asked.wallet.user is not None
    second = start_top_up(user=asked.wallet.user, amount=Decimal(300), currency="KGS", method=TopUp.Method.QR, at=NOON)
    asked.refresh_from_db()
    assert asked.state == State.CANCELED
    desk.pay(asked.provider_invoice, trans_id="T-1")
    desk.pay(second.provider_invoice, trans_id="T-2")
    assert [check(asked), check(second)] == ["approved", "approved"]
    assert figures(asked.wallet) == ("800.00", "0.00", "0.00")


@pytest.mark.django_db
def test_a_second_payment_of_one_invoice_waits_for_a_person(asked: TopUp, desk: OdengiDesk) -> None:
    desk.pay(asked.provider_invoice)
    one = desk.invoices[asked.provider_invoice]["payments"][0]
    refused = one | {"status": "canceled", "trans_id": "T-0"}
    desk.invoices[asked.provider_invoice]["payments"] = [refused, one, one, one | {"trans_id": "T-2"}]
    assert check(asked) == "approved"
    assert figures(asked.wallet) == PAID
    alert = Alert.objects.get()
    assert (alert.kind, alert.text.endswith(": T-2.")) == ("paid_twice", True)


@pytest.mark.django_db
def test_it_asks_the_provider_that_made_the_invoice(asked: TopUp, desk: OdengiDesk, settings: Settings) -> None:
    settings.PAYMENT_PROVIDER = "sandbox"
    desk.pay(asked.provider_invoice)
    assert check(asked) == "approved"
    assert asked.wallet.transfers_in.get().source.system == "clearing:odengi"


@pytest.mark.django_db
@pytest.mark.parametrize("trans_id", ["", "T-1"])
def test_it_gives_up_what_the_provider_cancelled(asked: TopUp, desk: OdengiDesk, trans_id: str) -> None:
    desk.pay(asked.provider_invoice, "canceled", trans_id)
    assert check(asked) == "canceled"
    assert figures(asked.wallet) == NOTHING


@pytest.mark.django_db
def test_it_takes_back_what_the_provider_cancels_afterwards(asked: TopUp, desk: OdengiDesk) -> None:
    desk.pay(asked.provider_invoice)
    check(asked)
    desk.pay(asked.provider_invoice, "canceled")
    assert [check(asked, LATER), check(asked, LATER)] == ["reversed", "reversed"]
    assert figures(asked.wallet) == NOTHING
    assert ProviderEvent.objects.latest("id").verdict == "fetch_status: refused"


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{"trans_id": "T-9"}, {"currency": "USD"}])
def test_it_takes_nothing_back_for_another_payment(asked: TopUp, desk: OdengiDesk, more: dict[str, str]) -> None:
    desk.pay(asked.provider_invoice)
    check(asked)
    desk.pay(asked.provider_invoice, "canceled", **more)
    assert check(asked, LATER) == "approved"
    assert figures(asked.wallet) == PAID
    assert Alert.objects.get().text.startswith("Not taken back")


@pytest.mark.django_db(transaction=True)
def test_it_credits_once_when_many_ask_at_once(asked: TopUp, desk: OdengiDesk) -> None:
    desk.pay(asked.provider_invoice)
    answers = at_once(*[partial(check_top_up, top_up_id=asked.pk, at=SOON) for _ in range(10)])
    assert set(answers) == {State.APPROVED}
    assert figures(asked.wallet) == PAID


def test_it_sends_nothing_back_by_itself(desk: OdengiDesk) -> None:
    with pytest.raises(ProviderRefuses, match="manual_refund_required"):
        Odengi().refund(invoice="900000001", amount=Decimal(5), currency="KGS", key="k")
    assert desk.raw == []


@pytest.mark.parametrize(("word", "standing"), [("processing", "open"), ("approved", "paid"), ("canceled", "refused")])
def test_it_knows_three_words(desk: OdengiDesk, word: str, standing: str) -> None:
    desk.says = {"cmd": "statusPayment", "data": {"status": word, "amount": 5, "trans_id": "T"}}
    assert Odengi().fetch_status(invoice="5").standing == Standing(standing)
