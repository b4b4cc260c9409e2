from datetime import UTC, datetime, time
from decimal import Decimal

from billing.pricing import next_change, rates_at
from billing.tests.making import NOON, rule, terms

DAY = rule("per_kwh", "15.00", name="day", starts=time(7), ends=time(23))
NIGHT = rule("per_kwh", "9.00", name="night", starts=time(23), ends=time(7))


def test_it_names_the_rate_of_each_dimension_that_has_a_rule_now() -> None:
    fee = rule("session_fee", "20")
    assert rates_at(terms(DAY, NIGHT, fee), NOON) == {"per_kwh": Decimal("15.00"), "session_fee": Decimal(20)}
    night = datetime(2026, 3, 2, 20, tzinfo=UTC)
    assert rates_at(terms(DAY, fee), night) == {"session_fee": Decimal(20)}


def test_it_takes_the_discount_off() -> None:
    assert rates_at(terms(DAY, discount_percent=Decimal("33.33")), NOON) == {"per_kwh": Decimal("10.0005")}


def test_it_says_when_a_rate_becomes_another() -> None:
    assert next_change(terms(DAY, NIGHT), NOON) == datetime(2026, 3, 2, 17, tzinfo=UTC)
    assert next_change(terms(DAY, NIGHT), datetime(2026, 3, 2, 17, tzinfo=UTC)) == datetime(2026, 3, 3, 1, tzinfo=UTC)


def test_it_passes_over_an_edge_at_which_no_rate_changes() -> None:
    same = rule("per_kwh", "15.00", name="same", starts=time(23), ends=time(7))
    assert next_change(terms(DAY, same), NOON) is None


def test_it_finds_the_weekend_from_a_monday() -> None:
    weekend = rule("per_kwh", "5", weekdays=frozenset({6, 7}), priority=1)
    assert next_change(terms(weekend, rule("per_kwh", "9")), NOON) == datetime(2026, 3, 6, 18, tzinfo=UTC)


def test_it_knows_no_change_of_rates_that_always_hold() -> None:
    assert next_change(terms(rule("per_kwh", "9")), NOON) is None
