from datetime import timedelta
from functools import partial

import pytest

from billing.models import TariffPlan
from billing.tariffs.defaults import make_default
from billing.tests.desk import energy, plan_of
from billing.tests.making import NOON
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def defaults() -> list[str]:
    return [f"{plan.currency} {plan.name}" for plan in TariffPlan.objects.filter(is_default=True).order_by("pk")]


def test_it_replaces_the_default_of_its_currency_and_no_other() -> None:
    first = plan_of(energy(), name="first", is_default=True)
    plan_of(energy(), name="abroad", currency="USD", is_default=True)
    second = plan_of(energy(), name="second")
    assert make_default(plan=second, at=NOON) == first
    assert defaults() == ["USD abroad", "KGS second"]
    assert make_default(plan=second, at=NOON) == second
    assert defaults() == ["USD abroad", "KGS second"]


def test_it_makes_a_first_default() -> None:
    assert make_default(plan=plan_of(energy(), name="first"), at=NOON) is None
    assert defaults() == ["KGS first"]


def test_it_refuses_a_plan_that_prices_nothing_yet_and_one_that_is_private() -> None:
    plan_of(energy(), name="first", is_default=True)
    empty, private = plan_of(name="empty"), plan_of(energy(), name="private", is_private=True)
    for plan in (empty, private):
        with pytest.raises(Refusal) as refused:
            make_default(plan=plan, at=NOON)
        assert refused.value.code == "invalid_parameters"
    with pytest.raises(Refusal):
        make_default(plan=plan_of(energy(), name="planned"), at=NOON - timedelta(days=1))
    assert defaults() == ["KGS first"]


@pytest.mark.django_db(transaction=True)
def test_it_leaves_one_default_when_several_switch_at_once() -> None:
    plans = [plan_of(energy(), name=f"plan {number}", is_default=not number) for number in range(8)]
    at_once(*[partial(make_default, plan=plan, at=NOON) for plan in plans for _ in range(2)])
    assert len(defaults()) == 1
