"""Nights on which the clock is put forward or back, in two zones that do it."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from billing.pricing import price
from billing.tests.making import brief, rule, straight, terms

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
SMALL_HOURS = rule("per_kwh", "6", name="small hours", starts=time(1), ends=time(3), priority=1)
PLAIN = rule("per_kwh", "10")


@pytest.mark.parametrize(
    ("zone", "midnight", "hours", "inside"),
    [
        # 29 March 2026, 02:00 becomes 03:00: the window 01:00-03:00 lasts one hour, the day 23
        (BERLIN, datetime(2026, 3, 28, 23, tzinfo=UTC), 23, 1),
        # 25 October 2026, 03:00 becomes 02:00: it lasts three hours, the day 25
        (BERLIN, datetime(2026, 10, 24, 22, tzinfo=UTC), 25, 3),
        # 8 March 2026, 02:00 becomes 03:00
        (NEW_YORK, datetime(2026, 3, 8, 5, tzinfo=UTC), 23, 1),
        # 1 November 2026, 02:00 becomes 01:00
        (NEW_YORK, datetime(2026, 11, 1, 4, tzinfo=UTC), 25, 3),
        # 2 November 2026, an ordinary day
        (NEW_YORK, datetime(2026, 11, 2, 5, tzinfo=UTC), 24, 2),
    ],
)
def test_it_goes_by_the_wall_clock_all_day(zone: str, midnight: datetime, hours: int, inside: int) -> None:
    # one kWh an hour from midnight to midnight: so many inside the window at 6.00, the others at 10.00
    made = price(terms(SMALL_HOURS, PLAIN, time_zone=zone), straight(midnight, hours * 60, hours * 1000))
    cheap = sum(line.quantity for line in made.lines if line.rule_name == "small hours")
    assert cheap == inside * 1000
    assert made.gross == Decimal(inside * 6 + (hours - inside) * 10)


def test_it_begins_a_window_that_the_clock_skips_into_at_the_change() -> None:
    # 02:30-05:00 on 29 March in Berlin: 02:30 never comes, the window begins at 03:00 = 01:00 UTC and lasts two hours
    half = rule("per_kwh", "6", name="half", starts=time(2, 30), ends=time(5), priority=1)
    made = price(terms(half, PLAIN, time_zone=BERLIN), straight(datetime(2026, 3, 29, 0, tzinfo=UTC), 240, 4000))
    assert [brief(line) for line in made.lines] == [
        ("per_kwh", "1000", "10.00"),
        ("half", "2000", "12.00"),
        ("per_kwh", "1000", "10.00"),
    ]
    assert made.lines[1].starts_at == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_it_opens_a_window_twice_when_its_end_comes_twice() -> None:
    # 00:30-02:30 on 25 October in Berlin: until 02:30 summer time, then again for 02:00-02:30 winter time
    early = rule("per_kwh", "6", name="early", starts=time(0, 30), ends=time(2, 30), priority=1)
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)
    made = price(terms(early, PLAIN, time_zone=BERLIN), straight(midnight, 240, 4000))
    assert [brief(line) for line in made.lines] == [
        ("per_kwh", "500", "5.00"),
        ("early", "2000", "12.00"),
        ("per_kwh", "500", "5.00"),
        ("early", "500", "3.00"),
        ("per_kwh", "500", "5.00"),
    ]


def test_it_counts_real_minutes_over_a_clock_change() -> None:
    # 01:30 to 03:30 on the wall is one hour in spring and three in autumn
    minute = rule("per_minute", "1")
    spring = straight(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 60, 0)
    autumn = straight(datetime(2026, 10, 24, 23, 30, tzinfo=UTC), 180, 0)
    assert price(terms(minute, time_zone=BERLIN), spring).gross == Decimal("60.00")
    assert price(terms(minute, time_zone=BERLIN), autumn).gross == Decimal("180.00")


def test_it_keeps_to_the_weekday_over_a_clock_change() -> None:
    # Sunday 25 October has 25 hours in Berlin
    sunday = rule("per_minute", "1", name="sunday", weekdays=frozenset({7}))
    saturday_noon = datetime(2026, 10, 24, 10, tzinfo=UTC)
    made = price(terms(sunday, time_zone=BERLIN), straight(saturday_noon, timedelta(days=3) / timedelta(minutes=1), 0))
    assert [brief(line) for line in made.lines] == [("sunday", str(25 * 3600), "1500.00")]
    assert made.unpriced == ("per_minute",)
