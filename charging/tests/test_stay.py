"""How long a car was idle, by what its connector said; times are minutes after the start, the Stop comes at 60."""

from datetime import datetime

import pytest

from charging import stays
from charging.stays import Stay
from charging.tests.world import NOW, minutes


def after(count: float) -> datetime:
    """So many minutes after the start."""
    return NOW + minutes(count)


def stay(*said: tuple[float, str], idle_from: str = "suspended", kept_until: float = 999) -> tuple[float, float | None]:
    """When charging ended and when the car left, in minutes, by those statuses."""
    changes = [(after(count), status) for count, status in said]
    found: Stay = stays.stay(
        changes, started_at=NOW, ended_at=after(60), idle_from=idle_from, kept_until=after(kept_until)
    )
    since, left_at = ((moment - NOW) / minutes(1) if moment else None for moment in found)
    assert since is not None
    return since, left_at


def test_it_counts_from_the_last_watt_over_the_stop_until_the_connector_is_free() -> None:
    said = [(1, "Charging"), (40, "SuspendedEV"), (60, "Finishing"), (95, "Available")]
    assert stay(*said) == (40, 95)


def test_it_counts_from_the_stop_where_charging_went_on_until_then() -> None:
    assert stay((1, "Charging"), (60.1, "Finishing"), (95, "Available")) == (60, 95)


def test_it_is_not_idle_where_the_cable_is_out_at_once() -> None:
    assert stay((1, "Charging"), (60.1, "Available"), (70, "Preparing")) == (60, None)


def test_it_counts_a_car_that_takes_no_more_only_where_the_tariff_says_so() -> None:
    said = [(40, "SuspendedEV"), (55, "Finishing"), (95, "Available")]
    assert stay(*said, idle_from="suspended") == (40, 95)
    assert stay(*said, idle_from="finished") == (55, 95)
    assert stay((40, "SuspendedEV"), (95, "Available"), idle_from="finished") == (60, 95)


def test_it_begins_anew_when_the_car_takes_some_more() -> None:
    said = [(10, "SuspendedEV"), (20, "Charging"), (40, "SuspendedEV"), (61, "Available")]
    assert stay(*said) == (40, 61)


def test_it_does_not_call_it_idle_when_the_station_holds_back() -> None:
    assert stay((10, "SuspendedEV"), (20, "SuspendedEVSE"), (62, "Available")) == (60, None)


@pytest.mark.parametrize("status", ["Preparing", "Charging", "Faulted", "Unavailable", "Reserved", "SuspendedEVSE"])
def test_it_ends_with_whatever_else_the_connector_says(status: str) -> None:
    assert stay((40, "SuspendedEV"), (70, status), (80, "Finishing"), (90, "Available"), kept_until=99) == (40, 70)


def test_it_lasts_until_now_where_nothing_says_that_the_car_left() -> None:
    assert stay((40, "SuspendedEV"), kept_until=75) == (40, 75)
    assert stay((60, "Finishing"), kept_until=75) == (60, 75)
    assert stay((40, "SuspendedEV"), kept_until=10) == (40, 60)


def test_it_ends_where_nobody_can_know_any_more_whatever_was_said_later() -> None:
    assert stay((40, "SuspendedEV"), (300, "Available"), kept_until=70) == (40, 70)


def test_it_takes_a_free_connector_just_before_the_stop_for_the_end_of_the_stay() -> None:
    """The status overtook the Stop, or their clocks differ."""
    assert stay((40, "SuspendedEV"), (59, "Available"), kept_until=99) == (40, 59)
    assert stay((40, "Charging"), (59, "Available"), kept_until=99) == (60, None)
    assert stay((40, "SuspendedEV"), (59, "Available"), (63, "Finishing"), kept_until=99) == (40, 59)


def test_it_does_not_believe_a_status_that_comes_long_after_the_stop() -> None:
    """Whoever stands there then need not be this car."""
    assert stay((1, "Charging"), (61, "Finishing"), kept_until=200) == (60, 200)
    assert stay((1, "Charging"), (61.1, "Finishing"), (180, "Available"), kept_until=200) == (60, None)


def test_it_knows_nothing_where_nothing_was_said() -> None:
    assert stay(kept_until=200) == (60, None)
    assert stay((-5, "SuspendedEV"), kept_until=200) == (60, None)


@pytest.mark.parametrize(
    ("sockets", "until"),
    [
        ([(-60, None)], 200),
        ([(-60, 100)], 100),  # away since 100
        ([(-60, 186)], 200),  # away for 14 minutes: it will tell when it is back
        ([(-60, 100), (115, None)], 200),
        ([(-60, 100), (115.1, None)], 100),  # who knows what happened meanwhile
        ([(-60, 50), (70, 80), (79, 150), (160, None)], 200),
        ([(80, None)], 60),  # away already at the Stop
        ([], 60),
    ],
)
def test_it_believes_a_station_as_long_as_it_was_there(sockets: list[tuple[float, float | None]], until: float) -> None:
    spans = [(after(begins), None if ends is None else after(ends)) for begins, ends in sockets]
    assert stays.heard(spans, since=after(60), until=after(200)) == after(until)
