from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction
from pytest_django import Settings

from billing import ledger
from billing.models import TopUp, Transfer, Wallet
from billing.models.payments import LATE
from billing.payments.protocol import ProviderAway, ProviderTrouble
from billing.payments.top_ups import GRACE, cancel_top_up, check_top_up, start_top_up
from billing.tests.making import NOON, figures
from billing.tests.scripted_bank import NOBODY, ScriptedBank
from billing.tests.threads import at_once, connections_that_wait
from billing.tests.waiting import wait_for
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal

State = TopUp.State
SOON = NOON + timedelta(minutes=1)
LATER = NOON + timedelta(minutes=5)


def check(top_up: TopUp, at: object = SOON) -> TopUp.State:
    answer = check_top_up(top_up_id=top_up.pk, at=at)  # type: ignore[arg-type]  # always a datetime
    top_up.refresh_from_db()
    assert answer == top_up.state
    return answer


@pytest.mark.django_db
def test_it_credits_what_the_bank_says_was_paid(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid", "500.00", transaction="T-77")
    assert check(top_up) == State.APPROVED
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    assert (top_up.paid_amount, top_up.provider_transaction, top_up.asked_at) == (Decimal(500), "T-77", SOON)
    assert top_up.transfer == Transfer.objects.get()
    assert bank.heard[-1] == ("GET", "/invoices/bank-1/status", None)


@pytest.mark.django_db
def test_it_credits_the_smaller_amount_that_was_paid(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid", "120.50")
    assert check(top_up) == State.APPROVED
    assert figures(top_up.wallet) == ("120.50", "0.00", "0.00")


@pytest.mark.django_db
def test_it_credits_once_however_often_it_is_asked(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    for _ in range(3):
        assert check(top_up) == State.APPROVED
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    assert Transfer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_credits_once_when_many_ask_at_once(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    answers = at_once(*[partial(check_top_up, top_up_id=top_up.pk, at=SOON) for _ in range(10)])
    assert set(answers) == {State.APPROVED}
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    assert Transfer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_credits_once_when_two_come_to_the_wallet_together(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    ask = partial(check_top_up, top_up_id=top_up.pk, at=SOON)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Wallet.objects.select_for_update().get(pk=top_up.wallet_id)
        asking = pool.submit(at_once, ask, ask)
        wait_for(partial(connections_that_wait, 2))
    assert asking.result() == [State.APPROVED, State.APPROVED]
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")


@pytest.mark.django_db
def test_it_waits_while_the_invoice_is_open(top_up: TopUp) -> None:
    assert check(top_up) == State.PROCESSING


@pytest.mark.django_db
def test_it_gives_up_when_the_bank_or_the_clock_says_so(top_up: TopUp, bank: ScriptedBank) -> None:
    assert check(top_up, LATER) == State.EXPIRED
    TopUp.objects.update(state=State.PROCESSING)
    bank.says("declined", transaction="")
    assert check(top_up) == State.CANCELED
    assert figures(top_up.wallet) == ("0.00", "0.00", "0.00")


@pytest.mark.django_db
@pytest.mark.parametrize("given_up", [State.CANCELED, State.EXPIRED])
def test_it_credits_money_that_comes_after_we_gave_up(top_up: TopUp, bank: ScriptedBank, given_up: State) -> None:
    TopUp.objects.update(state=given_up)
    assert check(top_up, LATER) == given_up
    bank.says("paid")
    assert check(top_up, LATER) == State.APPROVED
    assert check(top_up, LATER) == State.APPROVED
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")


@pytest.mark.django_db
def test_it_leaves_a_decided_top_up_alone_when_the_bank_changes_its_mind(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    check(top_up)
    bank.says("declined", transaction="")
    assert check(top_up, LATER) == State.APPROVED
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "currency", "transaction"),
    [
        ("500.00", "USD", "T-1"),
        ("500.00", "", "T-1"),
        ("500.01", "KGS", "T-1"),
        ("50000.00", "KGS", "T-1"),
        ("0.00", "KGS", "T-1"),
        ("-500.00", "KGS", "T-1"),
        ("0.001", "KGS", "T-1"),
        ("NaN", "KGS", "T-1"),
        ("Infinity", "KGS", "T-1"),
        ("500.00", "KGS", ""),
        ("500.00", "KGS", "T" * 81),
    ],
)
def test_it_never_credits_an_odd_payment(
    top_up: TopUp, bank: ScriptedBank, amount: str, currency: str, transaction: str
) -> None:
    bank.says("paid", amount, currency, transaction)
    assert check(top_up) == State.PROCESSING
    assert figures(top_up.wallet) == ("0.00", "0.00", "0.00")
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject) == ("payment_odd", f"top_up:{top_up.public_id}")


@pytest.mark.django_db
def test_it_lets_the_time_of_an_odd_payment_run_out_and_credits_it_once_it_is_put_right(
    top_up: TopUp, bank: ScriptedBank
) -> None:
    bank.says("paid", "500.00", "USD")
    assert [check(top_up, at) for at in (SOON, LATER)] == [State.PROCESSING, State.EXPIRED]
    bank.says("paid")
    assert check(top_up, LATER) == State.APPROVED
    alert = Alert.objects.get()
    assert (alert.count, alert.resolved_at) == (2, LATER)


@pytest.mark.django_db
def test_it_never_lets_one_transaction_pay_two_top_ups(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid", transaction="T-1")
    check(top_up)
    bank.invoice = {"invoice": "bank-2", "page": "http://bank.example/bank-2"}
    assert top_up.wallet.user is not None
    second = start_top_up(user=top_up.wallet.user, amount=Decimal(500), currency="KGS", method=TopUp.Method.QR, at=NOON)
    assert check(second) == State.PROCESSING
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    assert Alert.objects.get().kind == "payment_odd"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "status"),
    [
        (500, {}),
        (404, {}),
        (200, b"<html>"),
        (200, b"[]"),
        (200, {"status": "paid"}),
        (200, {"status": "who knows", "amount": "5", "currency": "KGS", "transaction": "T"}),
        (200, {"status": ["paid"], "amount": "5", "currency": "KGS", "transaction": "T"}),
        (200, {"status": "paid", "amount": "much", "currency": "KGS", "transaction": "T"}),
    ],
)
def test_it_learns_nothing_from_an_answer_it_cannot_read(
    top_up: TopUp, bank: ScriptedBank, code: int, status: object
) -> None:
    bank.code, bank.status = code, status
    with pytest.raises(ProviderTrouble):
        check_top_up(top_up_id=top_up.pk, at=LATER)
    top_up.refresh_from_db()
    assert (top_up.state, top_up.asked_at) == (State.PROCESSING, LATER)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "status"), [(404, {}), (500, {}), (200, b"<html>")])
def test_it_ends_a_top_up_of_which_the_bank_says_nothing_of_use_long_after_its_time(
    top_up: TopUp, bank: ScriptedBank, code: int, status: object
) -> None:
    bank.code, bank.status = code, status
    with pytest.raises(ProviderTrouble):
        check_top_up(top_up_id=top_up.pk, at=LATER + GRACE - timedelta(seconds=1))
    assert check(top_up, LATER + GRACE) == State.EXPIRED
    bank.code = 200
    bank.says("paid")
    assert check(top_up, LATER + GRACE) == State.APPROVED


@pytest.mark.django_db
def test_it_keeps_a_top_up_open_for_a_day_while_the_bank_is_away(top_up: TopUp, settings: Settings) -> None:
    settings.SANDBOX_BANK_URL = NOBODY
    with pytest.raises(ProviderAway):
        check_top_up(top_up_id=top_up.pk, at=LATER + LATE - timedelta(seconds=1))
    top_up.refresh_from_db()
    assert top_up.state == State.PROCESSING
    assert check(top_up, LATER + LATE) == State.EXPIRED


@pytest.mark.django_db
def test_it_ends_a_top_up_that_never_got_its_invoice(top_up: TopUp, bank: ScriptedBank) -> None:
    TopUp.objects.update(provider_invoice="")
    assert check(top_up) == State.PROCESSING
    assert check(top_up, LATER) == State.EXPIRED
    assert [one[0] for one in bank.heard] == ["POST"]


@pytest.mark.django_db
def test_it_pays_a_debt_first(top_up: TopUp, bank: ScriptedBank) -> None:
    ledger.capture(wallet=top_up.wallet, subject="session:1", revision=1, net=Decimal(200), tax=Decimal(0), at=NOON)
    bank.says("paid")
    check(top_up)
    assert figures(top_up.wallet) == ("300.00", "0.00", "0.00")


@pytest.mark.django_db
def test_it_is_cancelled_by_its_driver_while_it_is_open(top_up: TopUp) -> None:
    cancel_top_up(top_up=top_up, at=NOON)
    top_up.refresh_from_db()
    assert (top_up.state, top_up.ended_at) == (State.CANCELED, NOON)
    with pytest.raises(Refusal) as refused:
        cancel_top_up(top_up=top_up, at=NOON)
    assert refused.value.code == "payment_not_cancellable"
