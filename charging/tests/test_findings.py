"""What is odd about a finished session (situations 9 to 11 and 15, F1)."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import translation
from pytest_django import Settings

from charging import review
from charging.models import Session
from charging.tests.world import NOW, minutes


def found(
    *,
    start: int = 1000,
    stop: int = 26_500,
    length: float = 60,
    registers: list[tuple[datetime, int]] | None = None,
    peak: int = 50_000,
    rated: int | None = 60_000,
    before: int | None = None,
    connected: datetime | None = None,
    **fields: Any,
) -> list[str]:
    """The findings of a session of an hour at 60 kW."""
    session = Session(
        **{"started_at": NOW, "stopped_at": NOW + minutes(length), "meter_start_wh": start, "meter_stop_wh": stop}
        | fields
    )
    return review.findings(
        session,
        registers=registers or [],
        peak_power_w=peak,
        rated_power_w=rated,
        before_wh=before,
        connected_at=connected,
    )


def test_it_finds_nothing_in_an_ordinary_session() -> None:
    assert found(registers=[(NOW + minutes(1), 1500)]) == []


def test_it_finds_energy_below_zero() -> None:
    assert found(stop=999) == [review.NEGATIVE]


def test_it_finds_power_without_energy() -> None:
    assert found(stop=1000) == [review.ZERO_WITH_POWER]
    assert found(stop=1000, peak=0) == []


@pytest.mark.parametrize(
    ("energy", "length", "rated", "odd"),
    [
        (66_000, 60, 60_000, False),
        (66_184, 60, 60_000, True),
        (6_000_000, 600, 60_000, True),
        (400_000, 60, None, False),
        (600_000, 60, None, True),
        (180, 0, 60_000, False),
        (190, 0, 60_000, True),
    ],
)
def test_it_finds_more_than_the_connector_can_deliver(energy: int, length: float, rated: int | None, odd: bool) -> None:
    assert (review.IMPOSSIBLE in found(stop=1000 + energy, length=length, rated=rated)) is odd


def test_it_finds_a_start_of_zero_beside_a_lifetime_register() -> None:
    """910 kWh for a car that took ten (situation 10)."""
    lifetime = [(NOW + minutes(1), 910_500), (NOW + minutes(59), 920_000)]
    assert review.BEGIN_ZERO in found(start=0, stop=10_000, registers=lifetime)
    assert review.BEGIN_ZERO not in found(start=0, stop=10_000, registers=[(NOW + minutes(1), 400)])
    assert review.BEGIN_ZERO not in found(start=900_000, stop=910_000, registers=lifetime)


def test_it_finds_an_end_before_the_start() -> None:
    assert review.STOP_BEFORE_START in found(length=-5)
    assert found(stopped_at=None) == found(started_at=None) == [review.STOP_BEFORE_START]
    assert found(stop=1000, length=0, peak=0) == []


def test_it_finds_more_power_than_the_setting_allows(settings: Settings) -> None:
    """60 kWh in an hour and ten seconds at 60 kW: not at 100 %, and 75 kWh not at 110 %."""
    settings.REVIEW_POWER_PERCENT = 100
    assert review.IMPOSSIBLE in found(stop=1000 + 60_167)
    settings.REVIEW_POWER_PERCENT = 130
    assert review.IMPOSSIBLE not in found(stop=1000 + 75_000)


def test_it_finds_more_energy_than_a_car_takes(settings: Settings) -> None:
    settings.REVIEW_LARGEST_KWH = 20
    assert found(stop=1000 + 20_000) == []
    assert found(stop=1000 + 20_001) == [review.TOO_LARGE]


def test_it_finds_a_charge_of_days(settings: Settings) -> None:
    settings.REVIEW_LONGEST_HOURS = 5
    assert found(length=300) == []
    assert found(length=301) == [review.TOO_LONG]


@pytest.mark.parametrize(
    ("connected", "start_lag", "stop_lag", "odd"),
    [
        (-60, 6, 6, True),
        (0, 6, 6, True),
        (-60, 5, 6, False),
        (-60, 0, 60, False),
        (-60, 6, 5, False),
        (1, 6, 6, False),
        (None, 6, 6, False),
    ],
)
def test_it_finds_a_clock_that_is_behind(connected: int | None, start_lag: int, stop_lag: int, odd: bool) -> None:
    """What was sent over a standing connection came at once; what came with a new one may be of any age."""
    since = None if connected is None else NOW + minutes(connected)
    came: dict[str, Any] = {
        "start_received_at": NOW + minutes(start_lag),
        "stop_received_at": NOW + minutes(60 + stop_lag),
    }
    assert found(connected=since, **came) == ([review.CLOCK_BEHIND] if odd else [])
    assert found(connected=since, start_received_at=NOW + minutes(6)) == []


def test_it_asks_the_setting_how_far_a_clock_may_be_off(settings: Settings) -> None:
    settings.REVIEW_CLOCK_SECONDS = 3600
    for lag, behind in ((60, []), (61, [review.CLOCK_BEHIND])):
        came: dict[str, Any] = {"start_received_at": NOW + minutes(lag), "stop_received_at": NOW + minutes(60 + lag)}
        assert found(connected=NOW, **came) == behind


def test_it_finds_a_meter_that_went_back() -> None:
    """Situation 11: less at the Stop than was read before it, by more than rounding explains."""
    assert found(stop=5000, registers=[(NOW + minutes(30), 9000)]) == [review.WENT_BACK]
    assert found(stop=5000, registers=[(NOW + minutes(30), 5090), (NOW + minutes(61), 9000)]) == []
    assert found(start=500_000, stop=505_000, registers=[(NOW + minutes(30), 4900)]) == []


@pytest.mark.parametrize(("before", "start", "odd"), [(500, 1000, True), (950, 1000, False), (2000, 1000, False)])
def test_it_finds_energy_that_flowed_in_no_session(before: int, start: int, odd: bool) -> None:
    """ST7: the meter has moved since the last Stop at the connector."""
    assert found(start=start, before=before) == ([review.METER_GAP] if odd else [])
    assert found(start=0, stop=100, before=before) == []
    assert review.METER_GAP not in review.SUSPECT


def test_it_names_each_finding_once() -> None:
    assert review.merged(["clock", "inferred"], ["negative", "clock"]) == ["clock", "inferred", "negative"]
    assert set(review.ALL) >= review.SUSPECT


def test_it_says_each_finding_in_words() -> None:
    assert set(review.WORDS) == set(review.ALL)
    with translation.override("en"):
        assert len({review.say(name) for name in review.ALL}) == len(review.ALL)
        assert review.say("overlaps:41") == "Another charge counts the same energy. (#41)"
        assert review.say_all(["overlaps", "overlaps:41", "clock"]) == [review.say("overlaps:41"), review.say("clock")]
        assert review.say("of_an_older_release") == "of an older release"


def test_it_looks_anew_at_what_may_have_changed_only() -> None:
    """What the station said of itself stays; what the rules found is found again, or has gone."""
    kept = [review.INFERRED, review.UNAUTHORIZED, review.CLOCK, review.OVERLAPS, "overlaps:41", review.NO_HOLD]
    gone = [review.IMPOSSIBLE, review.NO_PRICE, review.NO_PAYER, review.WAIVED_BEFORE, review.OVERSHOOT]
    assert review.lasting([*gone, *kept]) == kept
