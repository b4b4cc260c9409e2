"""Whole nights on which the clock is changed, to the tyiyn: Berlin at two in the morning, Santiago at midnight."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from billing.pricing import Consumption, price
from billing.tests.making import brief, rule, straight, terms

BERLIN, SANTIAGO = "Europe/Berlin", "America/Santiago"
DAY = rule("per_kwh", "15.37", name="day", starts=time(7), ends=time(23))
NIGHT = rule("per_kwh", "9.13", name="night", starts=time(23), ends=time(7))
PLAIN = rule("per_kwh", "10.05", name="plain")


def test_it_prices_a_night_of_seven_hours_in_berlin() -> None:
    # Saturday 28 March 2026, 22:00 (21:00 UTC) to Sunday 08:00 (06:00 UTC): nine hours, 9 kWh in each
    # 22-23: 9 x 15.37 = 138.33; 23-02 and 03-07 are seven hours: 63 x 9.13 = 575.19; 07-08: 138.33
    made = price(terms(DAY, NIGHT, time_zone=BERLIN), straight(datetime(2026, 3, 28, 21, tzinfo=UTC), 540, 81_000))
    assert [brief(line) for line in made.lines] == [
        ("day", "9000", "138.33"),
        ("night", "63000", "575.19"),
        ("day", "9000", "138.33"),
    ]
    assert made.gross == Decimal("851.85")


def test_it_prices_a_night_of_nine_hours_in_berlin() -> None:
    # Saturday 24 October 2026, 22:00 (20:00 UTC) to Sunday 08:00 (07:00 UTC): eleven hours, 9 kWh in each
    # 138.33 + nine hours of night: 81 x 9.13 = 739.53, + 138.33
    made = price(terms(DAY, NIGHT, time_zone=BERLIN), straight(datetime(2026, 10, 24, 20, tzinfo=UTC), 660, 99_000))
    assert [brief(line) for line in made.lines] == [
        ("day", "9000", "138.33"),
        ("night", "81000", "739.53"),
        ("day", "9000", "138.33"),
    ]
    assert made.gross == Decimal("1016.19")


def test_it_charges_the_hour_that_comes_twice_twice() -> None:
    # 25 October 2026, idle from 01:30 summer time with 30 minutes of grace until 03:30 winter time
    # 02:00-03:00 twice: 120 min x 1.10 = 132.00; 03:00-03:30: 30 x 0.70 = 21.00
    fees = [
        rule("parking_fee", "1.10", name="dear hour", starts=time(2), ends=time(3), priority=1),
        rule("parking_fee", "0.70", name="other hours"),
    ]
    ended = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    stood = Consumption(ended, ended, datetime(2026, 10, 25, 2, 30, tzinfo=UTC), ())
    made = price(terms(*fees, time_zone=BERLIN, idle_grace_seconds=1800), stood)
    assert [brief(line) for line in made.lines] == [("dear hour", "7200", "132.00"), ("other hours", "1800", "21.00")]
    # at most 150.00: 132.00 and what is left, 18.00
    capped = price(terms(*fees, time_zone=BERLIN, idle_grace_seconds=1800, idle_cap=Decimal(150)), stood)
    assert [f"{line.gross}" for line in capped.lines] == ["132.00", "18.00"]


def test_it_charges_nothing_for_the_hour_that_never_comes() -> None:
    # 29 March 2026, idle from 01:00 to 04:00 on the wall, two hours, no grace: 02:00-03:00 is skipped
    fees = [
        rule("parking_fee", "1.10", name="dear hour", starts=time(2), ends=time(3), priority=1),
        rule("parking_fee", "0.70", name="other hours"),
    ]
    midnight = datetime(2026, 3, 29, tzinfo=UTC)
    made = price(
        terms(*fees, time_zone=BERLIN, idle_grace_seconds=0),
        Consumption(midnight, midnight, midnight + timedelta(hours=2), ()),
    )
    # 120 min x 0.70 = 84.00
    assert [brief(line) for line in made.lines] == [("other hours", "7200", "84.00")]


def test_it_prices_the_evening_that_ends_twice_in_santiago() -> None:
    # Saturday 4 April 2026: at 24:00 it becomes 23:00 again. 22:00 (01:00 UTC) to 01:00 (05:00 UTC) are four hours of
    # 3.333 kWh: 22-23 plain 3.333 x 10.05 = 33.49665 -> 33.50; 23-24 twice, 6.666 x 7.77 = 51.79482 -> 51.79;
    # 00-01 plain 33.50
    late = rule("per_kwh", "7.77", name="late", starts=time(23), ends=time(0), priority=1)
    begins = datetime(2026, 4, 5, 1, tzinfo=UTC)
    made = price(terms(late, PLAIN, time_zone=SANTIAGO), straight(begins, 240, 13_332))
    assert [brief(line) for line in made.lines] == [
        ("plain", "3333", "33.50"),
        ("late", "6666", "51.79"),
        ("plain", "3333", "33.50"),
    ]
    assert made.gross == Decimal("118.79")


def test_it_gives_the_saturday_in_santiago_its_twenty_five_hours() -> None:
    # 4 April 00:00 (03:00 UTC) to 6 April 00:00 (04:00 UTC): 25 hours of Saturday at 0.05, 24 of Sunday at 0.03
    # 1500 x 0.05 = 75.00; 1440 x 0.03 = 43.20
    days = [
        rule("per_minute", "0.05", name="saturday", weekdays=frozenset({6})),
        rule("per_minute", "0.03", name="sunday", weekdays=frozenset({7})),
    ]
    made = price(terms(*days, time_zone=SANTIAGO), straight(datetime(2026, 4, 4, 3, tzinfo=UTC), 49 * 60, 0))
    assert [brief(line) for line in made.lines] == [("saturday", "90000", "75.00"), ("sunday", "86400", "43.20")]


def test_it_begins_a_window_of_a_midnight_that_is_skipped_at_one_in_santiago() -> None:
    # Sunday 6 September 2026: 23:59:59 is followed by 01:00. From 23:00 (03:00 UTC) to 03:00 (06:00 UTC), three hours
    # of 5 kWh: 23-24 plain 50.25; 01-02 of 00:30-02:00: 5 x 4.44 = 22.20; 02-03 plain 50.25
    owl = rule("per_kwh", "4.44", name="owl", starts=time(0, 30), ends=time(2), priority=1, weekdays=frozenset({7}))
    made = price(terms(owl, PLAIN, time_zone=SANTIAGO), straight(datetime(2026, 9, 6, 3, tzinfo=UTC), 180, 15_000))
    assert [brief(line) for line in made.lines] == [
        ("plain", "5000", "50.25"),
        ("owl", "5000", "22.20"),
        ("plain", "5000", "50.25"),
    ]


@pytest.mark.parametrize(
    ("zone", "begins", "minutes", "gross"),
    [
        # 21:30 on the wall to 06:30, the hour taken or given in between; 0.25 a minute at night (22-06), else 0.40
        (BERLIN, datetime(2026, 3, 28, 20, 30, tzinfo=UTC), 480, "129.00"),  # 60 x 0.40 + 420 x 0.25
        (BERLIN, datetime(2026, 10, 24, 19, 30, tzinfo=UTC), 600, "159.00"),  # 60 x 0.40 + 540 x 0.25
        (SANTIAGO, datetime(2026, 9, 6, 1, 30, tzinfo=UTC), 480, "129.00"),
        (SANTIAGO, datetime(2026, 4, 5, 0, 30, tzinfo=UTC), 600, "159.00"),
    ],
    ids=["berlin spring", "berlin autumn", "santiago spring", "santiago autumn"],
)
def test_it_charges_the_minutes_that_pass_and_not_those_on_the_wall(
    zone: str, begins: datetime, minutes: int, gross: str
) -> None:
    night = rule("per_minute", "0.25", name="night", starts=time(22), ends=time(6), priority=1)
    made = price(terms(night, rule("per_minute", "0.40"), time_zone=zone), straight(begins, minutes, 0))
    assert f"{made.gross}" == gross
