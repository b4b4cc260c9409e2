"""What holds for every price, with few examples; `make properties` takes many."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.pricing import Consumption, Rule, price
from billing.tests import properties_of_prices
from billing.tests.making import terms
from billing.tests.properties_of_prices import PROPERTIES

SHORT = settings(max_examples=100, deadline=None, derandomize=True)


@pytest.mark.parametrize("check", PROPERTIES, ids=lambda check: check.__name__)
def test_it_always_holds(check: Callable[..., None]) -> None:
    SHORT(given(**PROPERTIES[check])(check))()


def test_it_can_be_asked_for_longer() -> None:
    properties_of_prices.run(examples=2, seed=1)


@SHORT
@given(st.times(), st.times(), st.integers(0, 86_399))
def test_it_holds_a_window_and_its_complement_never_both_and_never_neither(a: time, b: time, second: int) -> None:
    if a == b:
        return
    inside = Rule("in", "per_kwh", Decimal(1), frozenset(), a, b, None, None, 0, 1)
    outside = Rule("out", "per_kwh", Decimal(2), frozenset(), b, a, None, None, 1, 2)
    at = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(seconds=second)
    made = price(terms(inside, outside), Consumption(at, at, None, ((at, 1000),)))
    swapped = price(terms(outside, inside), Consumption(at, at, None, ((at, 1000),)))
    assert made.unpriced == ()
    assert [line.rule_name for line in made.lines] == [line.rule_name for line in swapped.lines]
    assert len(made.lines) == 1
