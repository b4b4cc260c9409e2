"""While a provider is asked nobody else's place at the database is taken, and rounds of sweeps stay apart."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections

from accounts.models import User
from billing.models import PaymentRefund, TopUp
from billing.payments.rounds import alone
from billing.payments.top_ups import check_on_hint, check_top_up, start_top_up, sweep_top_ups, watch_credited
from billing.tasks import sweep_refunds
from billing.tasks import sweep_top_ups as sweep_task
from billing.tests.making import NOON
from billing.tests.ringing import tasks_rung
from billing.tests.scripted_bank import ScriptedBank
from billing.tests.sending import send_back
from billing.tests.waiting import wait_for
from drivepower.core.models import Sweep
from drivepower.schedule import SCHEDULE

SECOND = timedelta(seconds=1)


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_a_provider_is_asked(driver: User, bank: ScriptedBank) -> None:
    held: list[bool] = []
    ours = connections["default"]  # this thread's own, looked at from the bank's
    bank.while_asked = lambda: held.append(ours.connection is not None)
    made = start_top_up(user=driver, amount=Decimal(500), currency="KGS", method=TopUp.Method.QR, at=NOON)
    bank.says("paid")
    check_top_up(top_up_id=made.pk, at=NOON)
    made.refresh_from_db()
    send_back(top_up=made, amount=Decimal(5), reason="asked for", made_by="staff:1", at=NOON)
    assert held == [False] * 3


@pytest.mark.django_db(transaction=True)
def test_what_was_hidden_behind_a_refused_refund_is_looked_for(paid: TopUp, bank: ScriptedBank) -> None:
    tasks_rung()
    bank.code, bank.refund = 409, {"error": "no"}
    send_back(top_up=paid, amount=Decimal(5), reason="asked for", made_by="staff:1", at=NOON)
    assert wait_for(tasks_rung) == [("billing.check_top_up", [paid.pk])]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "task"), [("billing.sweep_top_ups", sweep_task), ("billing.sweep_refunds", sweep_refunds)]
)
def test_a_round_leaves_it_to_the_one_that_runs(name: str, task: Callable[[], None]) -> None:
    with alone(name) as mine:
        assert mine
        task()
        assert not Sweep.objects.filter(name=name).exists()
    task()
    assert Sweep.objects.filter(name=name).exists()


def test_no_turn_waits_longer_than_until_the_next() -> None:
    late = [
        turn["task"]
        for turn in SCHEDULE.values()
        if not 0 < turn["options"]["expires"] <= (turn["schedule"] if isinstance(turn["schedule"], float) else 3600)
    ]
    assert late == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["processing", "canceled", "expired"])
def test_a_hint_that_came_too_soon_is_remembered(top_up: TopUp, bank: ScriptedBank, state: str) -> None:
    TopUp.objects.update(state=state, asked_times=99)
    assert check_on_hint(top_up_id=top_up.pk, at=NOON + SECOND)
    bank.says("paid")
    assert not check_on_hint(top_up_id=top_up.pk, at=NOON + 3 * SECOND)
    assert sweep_top_ups(at=NOON + 4 * SECOND) == {}
    assert sweep_top_ups(at=NOON + 15 * SECOND) == {"approved": 1}


@pytest.mark.django_db
def test_so_is_one_of_money_that_went_back(paid: TopUp, bank: ScriptedBank) -> None:
    at = NOON + timedelta(hours=1)
    check_on_hint(top_up_id=paid.pk, at=at)
    bank.sent_back("500.00")
    check_on_hint(top_up_id=paid.pk, at=at + 2 * SECOND)
    assert watch_credited(at=at + 60 * SECOND) == {"reversed": 1}
    assert watch_credited(at=at + 120 * SECOND) == {}


@pytest.mark.django_db
def test_the_same_key_is_the_same_refund(paid: TopUp, bank: ScriptedBank) -> None:
    key = paid.public_id
    made = [
        send_back(top_up=paid, amount=Decimal(100), reason="asked for", made_by="staff:1", at=NOON, key=key)
        for _ in range(2)
    ]
    assert made[0] == made[1] == PaymentRefund.objects.get()
