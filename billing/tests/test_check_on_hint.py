"""A callback makes us ask the provider sooner, and never more often than every few seconds."""

from datetime import timedelta
from functools import partial

import pytest

from billing.models import TopUp
from billing.models.payments import STEP
from billing.payments.protocol import ProviderTrouble
from billing.payments.top_ups import check_on_hint
from billing.tests.making import NOON, figures
from billing.tests.scripted_bank import ScriptedBank
from billing.tests.threads import at_once


def hear(top_up: TopUp, seconds: float) -> bool:
    return check_on_hint(top_up_id=top_up.pk, at=NOON + timedelta(seconds=seconds))


def questions(bank: ScriptedBank) -> int:
    return sum(1 for method, _, _ in bank.heard if method == "GET")


@pytest.mark.django_db
def test_it_asks_once_per_step_however_many_hints_come(top_up: TopUp, bank: ScriptedBank) -> None:
    asked = [tenth / 10 for tenth in range(200) if hear(top_up, tenth / 10)]
    step = STEP.total_seconds() + 0.1  # the next tenth after it
    assert asked == pytest.approx([0, step, 2 * step, 3 * step])
    assert questions(bank) == 4


@pytest.mark.django_db(transaction=True)
def test_it_asks_once_when_many_hints_come_at_once(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    heard = at_once(*[partial(check_on_hint, top_up_id=top_up.pk, at=NOON) for _ in range(20)])
    assert (heard.count(True), questions(bank)) == (1, 1)
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")


@pytest.mark.django_db
def test_hints_use_up_none_of_the_rounds_of_the_sweep(top_up: TopUp) -> None:
    for number in range(30):
        hear(top_up, 6 * number)
    top_up.refresh_from_db()
    assert top_up.asked_times == 0


@pytest.mark.django_db
def test_it_asks_no_more_often_when_the_answer_is_of_no_use(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.code = 503
    with pytest.raises(ProviderTrouble):
        hear(top_up, 1)
    assert not hear(top_up, 2)
    assert questions(bank) == 1


@pytest.mark.django_db
def test_it_looks_for_money_that_went_back(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    hear(top_up, 1)
    bank.status["returned"] = "200.00"
    hear(top_up, 60)
    assert figures(top_up.wallet) == ("300.00", "0.00", "0.00")
    bank.status["returned"] = "500.00"
    hear(top_up, 120)
    top_up.refresh_from_db()
    assert (top_up.state, figures(top_up.wallet)) == (TopUp.State.REVERSED, ("0.00", "0.00", "0.00"))
    assert hear(top_up, 180)
    assert questions(bank) == 3  # all of it is gone: nothing is left to ask about


@pytest.mark.django_db
@pytest.mark.parametrize("returned", ["NaN", "Infinity", "0.001"])
def test_it_takes_nothing_back_for_an_amount_that_is_none(top_up: TopUp, bank: ScriptedBank, returned: str) -> None:
    bank.says("paid")
    bank.status["returned"] = returned
    hear(top_up, 1)
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    top_up.refresh_from_db()
    assert top_up.reversed_amount == 0


@pytest.mark.django_db
def test_money_that_went_back_before_we_first_asked_is_credited_and_taken(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    bank.status["returned"] = "120.00"
    hear(top_up, 1)
    assert figures(top_up.wallet) == ("380.00", "0.00", "0.00")
