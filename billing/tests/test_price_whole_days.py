"""Every second of a day and of a week has one price, by the clock of the place and for whoever charges there."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from billing.pricing import price, rates_at
from billing.tests.making import BISHKEK, NOON, brief, rule, straight, terms

PLAIN = rule("per_kwh", "15.00")
# Monday 2 March 2026, 00:00 in Bishkek.
MIDNIGHT = datetime(2026, 3, 1, 18, tzinfo=UTC)
HALVES = (
    rule("per_kwh", "10", name="first half", starts=time(0), ends=time(12)),
    rule("per_kwh", "20", name="second half", starts=time(12), ends=time(0)),
)


def test_it_prices_the_last_second_of_the_day() -> None:
    # 1 Wh a second from 23:59:50 to 00:00:10: 10 Wh at 20.00 = 0.20, 10 Wh at 10.00 = 0.10
    made = price(terms(*HALVES), straight(MIDNIGHT + timedelta(hours=23, minutes=59, seconds=50), 20 / 60, 20))
    assert [brief(line) for line in made.lines] == [("second half", "10", "0.20"), ("first half", "10", "0.10")]
    assert made.unpriced == ()


@pytest.mark.parametrize("second", [0, 1, 43_199, 43_200, 86_399])
def test_it_has_one_price_at_every_second_of_the_day(second: int) -> None:
    expected = Decimal(10 if second < 43_200 else 20)
    at = MIDNIGHT + timedelta(seconds=second)
    assert rates_at(terms(*HALVES), at) == {"per_kwh": expected}
    assert price(terms(*HALVES), straight(at, 0, 1000)).gross == expected


@pytest.mark.parametrize("other", ["weak", "strong"])
def test_it_does_not_let_both_neighbours_price_their_common_edge(other: str) -> None:
    """Whichever of them is stronger, the second of 12:00 is of the one that begins there."""
    first, second = HALVES
    strong = rule("per_kwh", "10", name="first half", starts=time(0), ends=time(12), priority=9)
    made = price(terms(strong if other == "strong" else first, second), straight(NOON, 1 / 60, 1000))
    assert [line.rule_name for line in made.lines] == ["second half"]


def test_it_prices_a_weekend_rule_at_the_weekend_and_a_saturday_rule_on_saturday() -> None:
    # 1 kWh an hour for a week: 5 x 24 at 15.00, Saturday 24 at 8.00, Sunday 24 at 9.00
    weekend = rule("per_kwh", "9", name="weekend", weekdays=frozenset({6, 7}), priority=1)
    saturday = rule("per_kwh", "8", name="saturday", weekdays=frozenset({6}), priority=2)
    made = price(terms(PLAIN, weekend, saturday), straight(MIDNIGHT, 7 * 24 * 60, 7 * 24_000))
    assert [brief(line) for line in made.lines] == [
        ("per_kwh", "120000", "1800.00"),
        ("saturday", "24000", "192.00"),
        ("weekend", "24000", "216.00"),
    ]


def test_it_goes_by_the_clock_of_the_place_and_not_by_utc() -> None:
    """20:00 UTC is night in Bishkek and day in Lisbon."""
    day, night = (
        rule("per_kwh", "15", name="day", starts=time(7), ends=time(23)),
        rule("per_kwh", "9", name="night", starts=time(23), ends=time(7)),
    )
    at = datetime(2026, 3, 2, 20, tzinfo=UTC)
    named = [
        price(terms(day, night, time_zone=zone), straight(at, 30, 1000)).lines[0].rule_name
        for zone in (BISHKEK, "Europe/Lisbon")
    ]
    assert named == ["night", "day"]


def test_it_does_not_lose_the_price_of_energy_to_a_stronger_fee() -> None:
    # fee 20.00, energy 25.5 x 15.00 = 382.50
    fee = rule("session_fee", "20", priority=99)
    assert price(terms(fee, PLAIN), straight(NOON, 40, 25_500)).gross == Decimal("402.50")


def test_it_charges_energy_of_an_hour_without_a_price_nothing_and_says_so() -> None:
    """There is no hidden price behind the rules."""
    made = price(terms(HALVES[0]), straight(NOON, 60, 20_000))
    assert (made.gross, made.unpriced) == (Decimal(0), ("per_kwh",))


@pytest.mark.parametrize("currency", ["KGS", "EUR", "JPY"])
def test_it_keeps_the_currency_of_the_plan_under_a_discount(currency: str) -> None:
    made = price(terms(PLAIN, currency=currency, discount_percent=Decimal(10)), straight(NOON, 40, 10_000))
    assert (made.currency, made.gross) == (currency, Decimal(135))


def test_it_charges_two_nights_over_midnight_by_the_day_on_which_each_instant_lies() -> None:
    # Friday 22:00 to Sunday 02:00, 1 kWh an hour; the rule of Friday and Saturday is 22:00-06:00
    # Friday 22-24, Saturday 00-06 and 22-24: 2 + 6 + 2 = 10 kWh x 6.00 = 60.00; Sunday 00-02 is not of it
    nights = rule("per_kwh", "6", name="nights", starts=time(22), ends=time(6), weekdays=frozenset({5, 6}), priority=1)
    made = price(terms(nights, PLAIN), straight(MIDNIGHT + timedelta(days=4, hours=22), 28 * 60, 28_000))
    assert [brief(line) for line in made.lines] == [
        ("nights", "8000", "48.00"),
        ("per_kwh", "16000", "240.00"),
        ("nights", "2000", "12.00"),
        ("per_kwh", "2000", "30.00"),
    ]
