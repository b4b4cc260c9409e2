"""What limits rest on: the running cost of a charge, asked again and again while it grows."""

import subprocess
import sys
from datetime import timedelta
from decimal import Decimal

from billing.pricing import price
from billing.tests.making import NOON, rule, straight, terms
from billing.tests.properties_of_prices import until


def test_it_ends_at_what_is_settled() -> None:
    given = terms(rule("per_kwh", "15"), rule("per_minute", "1"), rule("session_fee", "20"))
    whole = straight(NOON, 40, 25_500)
    assert price(given, until(whole, whole.charging_ended_at)).gross == price(given, whole).gross == Decimal("442.50")
    assert price(given, until(whole, whole.started_at)).gross == Decimal("20.00")


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
