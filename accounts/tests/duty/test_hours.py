"""When a notice goes out, as people have chosen."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.duty import hours
from accounts.models import DutyChoice


def choice(**fields: object) -> DutyChoice:
    return DutyChoice(**{"time_zone": "Asia/Bishkek", **fields})


def local(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """That time on the clocks of Bishkek, which are six hours ahead."""
    return datetime.fromisoformat(f"2026-03-{day:02}T{hour:02}:{minute:02}:00+06:00").astimezone(UTC)


NIGHT = {"quiet_from": time(22), "quiet_until": time(7)}
LUNCH = {"quiet_from": time(12), "quiet_until": time(13)}


@pytest.mark.parametrize(
    ("fields", "at", "then"),
    [
        ({}, local(12), local(12)),
        ({"every_minutes": 30}, local(12, 1), local(12, 30)),
        ({"every_minutes": 30}, local(12, 30), local(13)),
        ({"every_minutes": 1440}, local(12), local(0, day=3)),
        (NIGHT, local(23), local(7, day=3)),
        (NIGHT, local(3), local(7)),
        (NIGHT, local(7), local(7)),
        (NIGHT, local(21, 59), local(21, 59)),
        (LUNCH, local(12, 30), local(13)),
        (LUNCH, local(13), local(13)),
        (NIGHT | {"every_minutes": 1440}, local(12), local(7, day=3)),
    ],
    ids=["at-once", "half-hour", "next-half-hour", "daily", "evening", "night", "morning", "before", "noon", "past",
         "daily-and-quiet"],
)  # fmt: skip
def test_it_waits_as_people_want(fields: dict[str, object], at: datetime, then: datetime) -> None:
    assert hours.due(choice(**fields), "warning", at=at) == then
    assert hours.due(choice(**fields), "critical", at=at) == at


@given(
    minute=st.integers(0, 500_000),
    every=st.integers(0, 1440),
    since=st.integers(0, 1439),
    until=st.integers(0, 1439),
)
def test_it_is_never_early_never_quiet_and_never_more_than_two_days_late(
    minute: int, every: int, since: int, until: int
) -> None:
    at = local(0) + timedelta(minutes=minute)
    quiet = {"quiet_from": time(*divmod(since, 60)), "quiet_until": time(*divmod(until, 60))}
    wanted = choice(every_minutes=every, **quiet)
    then = hours.due(wanted, "warning", at=at)
    assert at <= then
    assert (then - at).total_seconds() <= 2 * 86_400
    assert hours.after_quiet(wanted, then) == then
