from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction
from pytest_django import Settings

from billing.models import TopUp
from billing.payments.top_ups import sweep_top_ups
from billing.tasks import check_top_up as check_task
from billing.tasks import sweep_top_ups as sweep_task
from billing.tests.making import NOON, figures
from billing.tests.scripted_bank import NOBODY, ScriptedBank
from billing.tests.threads import at_once, connections_that_wait
from billing.tests.waiting import wait_for
from drivepower.core.models import SweepRun

State = TopUp.State


def sweep(minutes: float) -> dict[str, int]:
    return sweep_top_ups(at=NOON + timedelta(minutes=minutes))


def given_up(top_up: TopUp) -> TopUp:
    """Another top-up of that wallet, which its driver has cancelled."""
    return TopUp.objects.create(
        wallet=top_up.wallet,
        provider="sandbox",
        amount=5,
        state=State.CANCELED,
        provider_invoice="bank-2",
        made_at=NOON,
        expires_at=NOON + timedelta(minutes=5),
    )


def asks(bank: ScriptedBank, minutes: float) -> bool:
    """Whether a sweep so long after noon asks the bank anything."""
    before = questions(bank)
    sweep(minutes)
    return questions(bank) > before


def questions(bank: ScriptedBank) -> int:
    return sum(1 for method, _, _ in bank.heard if method == "GET")


@pytest.mark.django_db
def test_it_finds_a_payment_of_which_nobody_called(top_up: TopUp, bank: ScriptedBank) -> None:
    assert sweep(1) == {}
    bank.says("paid")
    assert sweep(1.25) == {"approved": 1}
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    assert (sweep(1.5), questions(bank)) == ({}, 2)


@pytest.mark.django_db
def test_it_ends_what_nobody_paid(top_up: TopUp) -> None:
    assert sweep(5) == {"expired": 1}
    top_up.refresh_from_db()
    assert top_up.state == State.EXPIRED


@pytest.mark.django_db
def test_it_asks_every_fifteen_seconds_for_five_minutes_and_then_slowly(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.status = b"<html>"  # so that it stays open
    asked = [seconds for seconds in range(15, 1200, 15) if asks(bank, seconds / 60)]
    assert asked == [*range(15, 301, 15), 615, 930]  # open until its grace is over, then given up


@pytest.mark.django_db
def test_it_asks_once_more_at_the_end_of_an_invoice_however_often_it_was_asked_before(
    top_up: TopUp, bank: ScriptedBank
) -> None:
    TopUp.objects.update(asked_times=20, asked_at=NOON + timedelta(minutes=4))
    assert not asks(bank, 4.75)
    assert sweep(5) == {"expired": 1}


@pytest.mark.django_db
def test_it_asks_now_and_then_about_what_was_given_up(top_up: TopUp, bank: ScriptedBank) -> None:
    TopUp.objects.update(state=State.CANCELED)
    assert [asks(bank, minutes) for minutes in (1, 2, 5, 6.1, 7)] == [True, False, False, True, False]
    bank.says("paid")
    assert sweep(12) == {"approved": 1}
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.FAILED, State.CANCELED])
def test_it_credits_only_what_the_bank_knows(top_up: TopUp, bank: ScriptedBank, state: State) -> None:
    bank.says("paid")
    TopUp.objects.update(state=state, provider_invoice="")
    sweep(1)
    top_up.refresh_from_db()
    assert (top_up.state, questions(bank)) == (state, 0)
    assert figures(top_up.wallet) == ("0.00", "0.00", "0.00")


@pytest.mark.django_db
def test_it_stops_asking_after_a_day(top_up: TopUp, bank: ScriptedBank) -> None:
    TopUp.objects.update(state=State.EXPIRED)
    assert [asks(bank, 24 * 60 + minutes) for minutes in (4, 6)] == [True, False]


@pytest.mark.django_db
def test_it_ends_its_round_when_the_bank_is_away_and_begins_elsewhere_next_time(
    top_up: TopUp, bank: ScriptedBank, settings: Settings
) -> None:
    settings.SANDBOX_BANK_URL = NOBODY
    assert sweep(1) == {"unanswered": 1}
    top_up.refresh_from_db()
    assert (top_up.state, top_up.asked_at) == (State.PROCESSING, NOON + timedelta(minutes=1))
    second = given_up(top_up)
    assert sweep(1.1) == {"unanswered": 1}
    second.refresh_from_db()
    top_up.refresh_from_db()
    assert (second.asked_at, top_up.asked_at) == tuple(NOON + timedelta(minutes=minutes) for minutes in (1.1, 1))
    settings.SANDBOX_BANK_URL = bank.address
    TopUp.objects.filter(pk=second.pk).update(asked_at=None)
    assert sweep(1.25) == {}
    assert [path for _, path, _ in bank.heard[-2:]] == ["/invoices/bank-2/status", "/invoices/bank-1/status"]


@pytest.mark.django_db
def test_it_goes_on_after_an_invoice_that_the_bank_does_not_know(top_up: TopUp, bank: ScriptedBank) -> None:
    given_up(top_up)
    bank.code = 404
    assert (sweep(1), questions(bank)) == ({"unanswered": 2}, 2)
    assert (sweep(30), questions(bank)) == ({"expired": 1, "unanswered": 1}, 4)
    top_up.refresh_from_db()
    assert top_up.state == State.EXPIRED


@pytest.mark.django_db(transaction=True)
def test_it_asks_once_when_sweeps_run_side_by_side(top_up: TopUp, bank: ScriptedBank) -> None:
    round_ = partial(sweep_top_ups, at=NOON + timedelta(minutes=1))
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        TopUp.objects.select_for_update().get(pk=top_up.pk)
        sweeping = pool.submit(at_once, *[round_] * 4)
        wait_for(partial(connections_that_wait, 4))
    assert sweeping.result() == [{}] * 4
    assert questions(bank) == 1


@pytest.mark.django_db
def test_it_is_what_the_worker_runs(top_up: TopUp, bank: ScriptedBank) -> None:
    made = datetime.now(tz=NOON.tzinfo)
    TopUp.objects.update(made_at=made, expires_at=made + timedelta(minutes=5))
    check_task(top_up.pk)
    assert questions(bank) == 1
    bank.code = 503
    check_task(top_up.pk)
    bank.code = 200
    bank.says("paid")
    TopUp.objects.update(asked_at=made - timedelta(minutes=1))
    sweep_task()
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    run = SweepRun.objects.get()
    assert (run.name, run.did, run.error) == ("billing.sweep_top_ups", {"approved": 1}, "")
