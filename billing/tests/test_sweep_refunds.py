from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction
from pytest_django import Settings

from billing.models import PaymentRefund, TopUp
from billing.payments.refunds import REFUND_WAITS, ask, book, sweep
from billing.tasks import sweep_refunds
from billing.tests.making import NOON, figures
from billing.tests.scripted_bank import NOBODY, ScriptedBank
from billing.tests.threads import at_once, connections_that_wait
from billing.tests.waiting import wait_for
from drivepower.core.models import Alert, SweepRun

State = PaymentRefund.State


def booked(top_up: TopUp, amount: str = "100") -> PaymentRefund:
    """A refund whose process died before it asked the provider."""
    return book(top_up=top_up, amount=Decimal(amount), reason="x", made_by="staff:1", at=NOON, key=uuid4())


def keys(bank: ScriptedBank) -> list[str]:
    return [body["key"] for _, path, body in bank.heard if path.endswith("/refunds")]


def run(minutes: float) -> dict[str, int]:
    return sweep(at=NOON + timedelta(minutes=minutes))


@pytest.mark.django_db
def test_it_finds_a_refund_of_which_nobody_asked(paid: TopUp, bank: ScriptedBank) -> None:
    refund = booked(paid)
    assert run(1) == {"done": 1}
    refund.refresh_from_db()
    assert (refund.state, refund.provider_refund) == (State.DONE, "RF-1")
    assert (run(2), keys(bank)) == ({}, [str(refund.public_id)])


@pytest.mark.django_db
def test_it_asks_by_the_same_key_until_there_is_an_answer(paid: TopUp, bank: ScriptedBank) -> None:
    refund = booked(paid)
    bank.code = 503
    assert [run(minutes) for minutes in (1, 2)] == [{"unanswered": 1}] * 2
    bank.code = 200
    assert run(3) == {"done": 1}
    assert keys(bank) == [str(refund.public_id)] * 3
    assert figures(paid.wallet) == ("400.00", "0.00", "0.00")


@pytest.mark.django_db
def test_it_puts_back_what_is_refused_in_the_end(paid: TopUp, bank: ScriptedBank) -> None:
    refund = booked(paid)
    bank.code, bank.refund = 409, {"error": "no"}
    assert run(1) == {"refused": 1}
    assert figures(paid.wallet) == ("500.00", "0.00", "0.00")
    ask(refund, at=NOON)  # an answer that comes late and twice
    assert figures(paid.wallet) == ("500.00", "0.00", "0.00")


@pytest.mark.django_db
def test_it_ends_its_round_at_a_provider_that_is_away(paid: TopUp, bank: ScriptedBank, settings: Settings) -> None:
    booked(paid)
    second = booked(paid)
    settings.SANDBOX_BANK_URL = NOBODY
    assert run(1) == {"unanswered": 1}
    assert PaymentRefund.objects.get(pk=second.pk).asked_at is None
    settings.SANDBOX_BANK_URL = bank.address
    assert run(2) == {"done": 2}
    assert keys(bank)[0] == str(second.public_id)


@pytest.mark.django_db
def test_it_tells_a_person_when_it_takes_long(paid: TopUp, bank: ScriptedBank) -> None:
    refund = booked(paid)
    bank.code = 503
    run(59)
    assert not Alert.objects.filter(kind=REFUND_WAITS).exists()
    run(60)
    assert Alert.objects.open().get(kind=REFUND_WAITS).subject == refund.subject
    bank.code = 200
    run(61)
    assert not Alert.objects.open().filter(kind=REFUND_WAITS).exists()


@pytest.mark.django_db(transaction=True)
def test_it_asks_once_when_sweeps_run_side_by_side(paid: TopUp, bank: ScriptedBank) -> None:
    refund = booked(paid)
    round_ = partial(sweep, at=NOON + timedelta(minutes=1))
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        PaymentRefund.objects.select_for_update().get(pk=refund.pk)
        sweeping = pool.submit(at_once, *[round_] * 4)
        wait_for(partial(connections_that_wait, 4))
    assert sorted(map(str, sweeping.result())) == ["{'done': 1}", "{}", "{}", "{}"]
    assert keys(bank) == [str(refund.public_id)]


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_end_it_once(paid: TopUp, bank: ScriptedBank) -> None:
    refund = booked(paid)
    bank.code, bank.refund = 409, {"error": "no"}
    at_once(*[partial(ask, refund, at=NOON)] * 4)
    assert figures(paid.wallet) == ("500.00", "0.00", "0.00")


@pytest.mark.django_db
def test_it_is_what_the_worker_runs(paid: TopUp, bank: ScriptedBank) -> None:
    booked(paid)
    sweep_refunds()
    assert SweepRun.objects.get(name="billing.sweep_refunds").did == {"done": 1}
