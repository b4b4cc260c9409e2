"""What is odd about a finished session (situations 9 to 11 and 15, F1)."""

from datetime import datetime
from typing import Any

import pytest

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
    **fields: Any,
) -> list[str]:
    """The findings of a session of an hour at 60 kW."""
    session = Session(
        **{"started_at": NOW, "stopped_at": NOW + minutes(length), "meter_start_wh": start, "meter_stop_wh": stop}
        | fields
    )
    return review.findings(session, registers=registers or [], peak_power_w=peak, rated_power_w=rated, before_wh=before)


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


def test_it_finds_a_clock_that_runs_backwards() -> None:
    assert review.CLOCK in found(length=-5)
    assert found(stopped_at=None) == [review.CLOCK]


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
