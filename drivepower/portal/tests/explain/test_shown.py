"""Moments in lines: dates where a day begins, offsets at times that come twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from drivepower.portal.explain.shapes import Explanation, Moment
from drivepower.portal.explain.shown import chips, document, rows

BERLIN = ZoneInfo("Europe/Berlin")
# A quarter to two in summer time; an hour and a half later it is a quarter past two in winter time.
BEFORE = datetime(2026, 10, 24, 23, 45, tzinfo=UTC)


def explained(*moments: Moment, clock: ZoneInfo = BERLIN) -> Explanation:
    """An explanation of these moments."""
    return Explanation(title="#1", clock=clock, zone=clock.key, head=[], moments=moments, cause=None)


def at(moment: datetime, text: str = "x", kind: str = "frame") -> Moment:
    """Something that happened then."""
    return Moment(at=moment, kind=kind, text=text)


def test_times_that_come_twice_are_told_apart_and_no_others() -> None:
    found = rows(explained(*(at(BEFORE + timedelta(minutes=minutes)) for minutes in (0, 30, 90, 135))))
    assert [one["at"] for one in found] == ["01:45:00", "02:15:00 (UTC+02:00)", "02:15:00 (UTC+01:00)", "03:00:00"]
    assert [one["iso"] for one in found][::3] == ["2026-10-25T01:45:00+02:00", "2026-10-25T03:00:00+01:00"]


def test_one_time_alone_of_an_hour_that_comes_twice_says_which_it_is() -> None:
    (found,) = rows(explained(at(BEFORE + timedelta(minutes=90))))
    assert found["at"] == "02:15:00 (UTC+01:00)"


def test_times_across_midnight_show_the_date() -> None:
    late = datetime(2026, 3, 2, 17, 59, 30, tzinfo=UTC)
    found = rows(explained(at(late), at(late + timedelta(minutes=1)), clock=ZoneInfo("Asia/Bishkek")))
    assert [one["at"] for one in found] == ["23:59:30", "00:00:30"]
    assert [one["day"] for one in found] == ["Monday, 2 March 2026", "Tuesday, 3 March 2026"]


def test_a_day_without_a_change_has_one_date_and_no_offset() -> None:
    noon = datetime(2026, 3, 2, 11, tzinfo=UTC)
    found = rows(explained(at(noon), at(noon + timedelta(minutes=1))))
    assert [one["at"] for one in found] == ["12:00:00", "12:01:00"]
    assert [bool(one["day"]) for one in found] == [True, False]


def test_chips_count_the_kinds_that_there_are() -> None:
    found = chips([at(BEFORE), at(BEFORE), at(BEFORE, kind="hold")])
    assert [(one["kind"], one["count"]) for one in found] == [("frame", 2), ("hold", 1)]


def test_a_file_has_no_secret() -> None:
    told = document(explained(at(BEFORE, "AuthorizationKey=abcdefgh http://user:pw@host/")))
    assert "abcdefgh" not in str(told)
    assert "user:pw" not in str(told)
