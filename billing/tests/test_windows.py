from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from billing.pricing import Rule
from billing.tests.making import BISHKEK, rule
from billing.windows import best, clock_change, edges, holds, spans

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def window(starts: time, ends: time, name: str = "window", **more: object) -> Rule:
    return rule("per_kwh", "1", name=name, starts=starts, ends=ends, **more)


def at(clock: str, day: int = 2) -> datetime:
    """A wall-clock time in March 2026; the 2nd is a Monday."""
    return datetime.combine(date(2026, 3, day), time.fromisoformat(clock))


@pytest.mark.parametrize(
    ("clock", "inside"),
    [
        ("06:59:59.999999", False),
        ("07:00", True),
        ("12:00", True),
        ("22:59:59.999999", True),
        ("23:00", False),
        ("00:00", False),
    ],
)
def test_it_holds_from_its_start_until_before_its_end(clock: str, inside: bool) -> None:
    assert holds(window(time(7), time(23)), at(clock)) is inside
    assert holds(window(time(23), time(7)), at(clock)) is not inside


def test_it_ends_at_midnight_when_it_is_told_to() -> None:
    evening = window(time(18), time(0))
    assert [holds(evening, at(clock)) for clock in ("17:59", "18:00", "23:59:59", "00:00")] == [
        False,
        True,
        True,
        False,
    ]


def test_it_begins_at_midnight_when_it_is_told_to() -> None:
    small_hours = window(time(0), time(6))
    assert [holds(small_hours, at(clock)) for clock in ("23:59", "00:00", "05:59", "06:00")] == [
        False,
        True,
        True,
        False,
    ]


def test_it_counts_weekdays_from_monday() -> None:
    weekdays = rule("per_kwh", "1", weekdays=frozenset({1, 7}))
    assert [holds(weekdays, at("12:00", day)) for day in range(1, 9)] == [
        True,  # Sunday
        True,  # Monday
        False,
        False,
        False,
        False,
        False,
        True,  # Sunday
    ]


def test_it_holds_on_its_first_and_on_its_last_day() -> None:
    days = rule("per_kwh", "1", valid_from=date(2026, 3, 3), valid_until=date(2026, 3, 4))
    assert [holds(days, at("23:59", day)) for day in (2, 3, 4)] == [False, True, True]
    assert holds(days, at("00:00", 5)) is False
    assert holds(rule("per_kwh", "1", valid_from=date(2026, 3, 3)), at("00:00", 30)) is True


def test_it_takes_the_first_of_the_strongest_that_holds() -> None:
    rules = [window(time(7), time(8), "strong"), window(time(7), time(9), "weak")]
    named = [found and found.name for found in (best(rules, at(clock)) for clock in ("07:30", "08:30", "09:30"))]
    assert named == ["strong", "weak", None]


def test_it_cuts_nothing_where_nothing_changes() -> None:
    assert edges([rule("per_kwh", "1")], MONDAY, MONDAY + timedelta(days=9), BERLIN) == []
    [span] = spans([rule("per_kwh", "1")], MONDAY, MONDAY + timedelta(days=9), BISHKEK)
    assert (span.starts_at, span.ends_at) == (MONDAY, MONDAY + timedelta(days=9))


def test_it_never_cuts_at_the_ends_themselves() -> None:
    day = window(time(7), time(23))
    starts_at, ends_at = datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 2, 17, tzinfo=UTC)
    assert edges([day], starts_at, ends_at, ZoneInfo(BISHKEK)) == []


def test_it_joins_neighbours_under_one_rule() -> None:
    always, never_best = rule("per_kwh", "1"), window(time(7), time(9), priority=-1)
    assert len(spans([always, never_best], MONDAY, MONDAY + timedelta(days=3), BISHKEK)) == 1


def test_it_covers_a_stretch_without_a_hole_and_without_overlap() -> None:
    rules = [window(time(7), time(9)), window(time(22), time(2), weekdays=frozenset({5, 6}))]
    found = spans(rules, MONDAY, MONDAY + timedelta(days=8, hours=5), "Europe/Berlin")
    assert found[0].starts_at == MONDAY
    assert found[-1].ends_at == MONDAY + timedelta(days=8, hours=5)
    assert all(one.ends_at == other.starts_at for one, other in pairwise(found))
    assert all(one.rule is not other.rule for one, other in pairwise(found))


def test_it_has_one_span_of_no_length_for_an_instant() -> None:
    [span] = spans([window(time(7), time(23))], MONDAY, MONDAY, BISHKEK)
    assert span == (MONDAY, MONDAY, None)


@pytest.mark.parametrize(
    ("day", "change"),
    [
        (datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (datetime(2026, 10, 25, tzinfo=BERLIN), datetime(2026, 10, 25, 1, tzinfo=UTC)),
        (datetime(2026, 10, 26, tzinfo=BERLIN), None),
        # half an hour, on an island
        (datetime(2026, 4, 5, tzinfo=ZoneInfo("Australia/Lord_Howe")), datetime(2026, 4, 4, 15, tzinfo=UTC)),
        # at midnight itself: the day begins at 01:00
        (datetime(2026, 3, 29, tzinfo=ZoneInfo("Asia/Beirut")), None),
        (datetime(2026, 3, 28, tzinfo=ZoneInfo("Asia/Beirut")), datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ],
)
def test_it_finds_the_second_at_which_the_clock_is_changed(day: datetime, change: datetime | None) -> None:
    zone = day.tzinfo
    assert isinstance(zone, ZoneInfo)
    assert clock_change(day, day + timedelta(days=1), zone) == change


def test_it_begins_the_day_where_midnight_is_skipped() -> None:
    # Beirut, 29 March 2026: 23:59:59 is followed by 01:00; the 29th begins there, at 22:00 UTC
    sunday = rule("per_kwh", "1", weekdays=frozenset({7}))
    noon = datetime(2026, 3, 28, 10, tzinfo=UTC)
    found = spans([sunday], noon, noon + timedelta(days=1), "Asia/Beirut")
    assert [(span.starts_at, span.rule is sunday) for span in found] == [
        (noon, False),
        (datetime(2026, 3, 28, 22, tzinfo=UTC), True),
    ]
