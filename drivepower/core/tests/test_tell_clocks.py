"""How far a clock is from UTC, and which of two clocks a time is by, in few words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from drivepower.core import clocks

BISHKEK, BERLIN = ZoneInfo("Asia/Bishkek"), ZoneInfo("Europe/Berlin")
NIGHT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Bishkek", "UTC+06:00"),
        ("Asia/Kathmandu", "UTC+05:45"),
        ("America/St_Johns", "UTC-02:30"),
        ("Europe/Lisbon", "UTC+01:00"),
        ("UTC", "UTC"),
    ],
)
def test_it_says_how_far_a_clock_is_from_utc(zone: str, said: str) -> None:
    assert clocks.offset(NIGHT.astimezone(ZoneInfo(zone))) == said


def test_it_names_a_zone_by_its_clock_of_that_moment() -> None:
    assert clocks.named(BERLIN, at=NIGHT) == "Europe/Berlin (UTC+02:00)"
    assert clocks.named(BERLIN, at=NIGHT.replace(hour=1)) == "Europe/Berlin (UTC+01:00)"


@pytest.mark.parametrize(
    ("ours", "there", "said"),
    [(BISHKEK, BERLIN, " (UTC+02:00)"), (BERLIN, BERLIN, " (UTC+02:00)"), (BISHKEK, ZoneInfo("Asia/Omsk"), "")],
    ids=["another clock", "our own, twice", "the same by another name"],
)
def test_it_tells_the_clock_behind_a_time_where_it_must(ours: ZoneInfo, there: ZoneInfo, said: str) -> None:
    with timezone.override(ours):
        assert clocks.foreign(NIGHT.astimezone(there)) == said


def test_it_tells_a_span_elsewhere_and_nothing_of_what_has_not_been() -> None:
    with timezone.override(BISHKEK):
        assert clocks.elsewhere(BERLIN, NIGHT, None) == "02:30 (UTC+02:00)"
        assert clocks.elsewhere(BERLIN, NIGHT, NIGHT.replace(minute=50)) == "02:30 – 02:50 (UTC+02:00)"
        assert clocks.elsewhere(BERLIN, NIGHT, NIGHT.replace(hour=1)) == "02:30 (UTC+02:00) – 02:30 (UTC+01:00)"
        assert clocks.elsewhere(BERLIN, None, None) == ""
        assert clocks.elsewhere(ZoneInfo("America/Lima"), NIGHT) == "24 Oct 19:30 (UTC-05:00)"
        assert clocks.elsewhere(BISHKEK, NIGHT) == ""
