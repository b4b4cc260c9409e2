"""Credited payments are asked about once a day, for as long as they can be taken back."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from billing.models import TopUp
from billing.payments.top_ups import check_top_up, watch_credited
from billing.tasks import watch_top_ups
from billing.tests.making import NOON, figures
from billing.tests.scripted_bank import NOBODY, ScriptedBank
from drivepower.core.models import Sweep

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def credited(top_up: TopUp, bank: ScriptedBank) -> TopUp:
    """500.00 KGS, paid a minute after noon."""
    bank.says("paid")
    check_top_up(top_up_id=top_up.pk, at=NOON + timedelta(minutes=1))
    bank.heard.clear()
    return top_up


def days_asked(bank: ScriptedBank, days: list[float]) -> list[float]:
    """On which of these days after noon a round asks the bank."""
    found = []
    for day in days:
        bank.heard.clear()
        watch_credited(at=NOON + day * DAY)
        if bank.heard:
            found.append(day)
    return found


def test_it_asks_once_a_day_for_120_days(credited: TopUp, bank: ScriptedBank) -> None:
    assert days_asked(bank, [0.5, 1.1, 1.2, 2, 2.2, 100, 119.9, 120, 121, 300]) == [1.1, 2.2, 100, 119.9]


def test_it_takes_back_what_went_back(credited: TopUp, bank: ScriptedBank) -> None:
    bank.status["returned"] = "500.00"
    assert watch_credited(at=NOON + 30 * DAY) == {"reversed": 1}
    assert figures(credited.wallet) == ("0.00", "0.00", "0.00")
    assert watch_credited(at=NOON + 60 * DAY) == {}


def test_it_asks_about_nothing_else(credited: TopUp, bank: ScriptedBank) -> None:
    for state in TopUp.State:
        if state not in {TopUp.State.APPROVED, TopUp.State.REVERSED}:
            TopUp.objects.filter(pk=credited.pk).update(state=state, transfer=None)
            assert days_asked(bank, [5]) == []


def test_it_leaves_a_credited_one_alone_while_nothing_is_known(
    credited: TopUp, bank: ScriptedBank, settings: Settings
) -> None:
    settings.SANDBOX_BANK_URL = NOBODY
    assert watch_credited(at=NOON + 5 * DAY) == {"unanswered": 1}
    bank.code, settings.SANDBOX_BANK_URL = 503, bank.address
    assert watch_credited(at=NOON + 10 * DAY) == {"unanswered": 1}
    credited.refresh_from_db()
    assert credited.state == TopUp.State.APPROVED


def test_it_is_what_the_worker_runs(credited: TopUp, bank: ScriptedBank) -> None:
    now = datetime.now(tz=NOON.tzinfo)
    TopUp.objects.update(made_at=now - 2 * DAY, asked_at=now - 2 * DAY)
    watch_top_ups()
    assert len(bank.heard) == 1
    assert Sweep.objects.get().name == "billing.watch_top_ups"
