"""What limits rest on: the running cost of a charge, asked again and again while it grows."""

import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.pricing import Consumption, Terms, price
from billing.tests.making import NOON, rule, straight, terms
from billing.tests.test_price_properties import any_terms, consumptions


def so_far(whole: Consumption, share: float) -> Consumption:
    """The same charge as it was seen at an earlier instant."""
    at = whole.started_at + share * (whole.charging_ended_at - whole.started_at)
    seen = tuple(point for point in whole.curve if point[0] <= at)
    return Consumption(whole.started_at, at, None, (*seen, (at, whole.energy_until(at))))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(any_terms(), consumptions(), st.floats(0, 1), st.floats(0, 1))
def test_it_never_falls_while_the_charge_goes_on(
    given_terms: Terms, whole: Consumption, one: float, other: float
) -> None:
    earlier, later = (price(given_terms, so_far(whole, share)) for share in sorted((one, other)))
    # a window that goes on may round down what it had rounded up: one smallest unit a line
    smallest = {"JPY": Decimal(1), "KGS": Decimal("0.01"), "KWD": Decimal("0.001")}[given_terms.currency]
    assert later.gross >= earlier.gross - smallest * (1 + len(later.lines)) * 2


def test_it_ends_at_what_is_settled() -> None:
    given = terms(rule("per_kwh", "15"), rule("per_minute", "1"), rule("session_fee", "20"))
    whole = straight(NOON, 40, 25_500)
    assert price(given, so_far(whole, 1)).gross == price(given, whole).gross == Decimal("442.50")
    assert price(given, so_far(whole, 0)).gross == Decimal("20.00")


def test_it_charges_many_tiny_sessions_within_one_unit_each() -> None:
    # 10,000 sessions of 1 Wh at 13.37: each costs 0.01337, charged 0.01
    given = terms(rule("per_kwh", "13.37"))
    total = sum(price(given, straight(NOON + timedelta(minutes=n), 1, 1)).gross for n in range(10_000))
    exact = 10_000 * Decimal("0.01337")
    assert abs(total - exact) <= 10_000 * Decimal("0.01") / 2
    assert total == Decimal("100.00")


def test_it_needs_nothing_but_plain_python() -> None:
    ask = "import sys, billing.pricing; print([name for name in sys.modules if name.split('.')[0] == 'django'])"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)  # noqa: S603  # our own words
    assert answer.stdout.strip() == "[]"
