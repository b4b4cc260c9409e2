"""What shows that a step is done; the clock and the test charge are told by higher rooms and tested there."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import translation

from stations.commissioning import course
from stations.commissioning.steps import Step
from stations.models import Commissioning, ConfigurationKey, ConfigurationTemplate, Connector, Gateway, Station
from stations.tests.commissioning import begun, come
from stations.tests.world import NOON, say, seconds

pytestmark = pytest.mark.django_db
SOON = NOON + seconds(30)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever language another test spoke last."""
    with translation.override("en"):
        yield


def steps(row: Commissioning, *, at: datetime = SOON) -> dict[str, Step]:
    return {step.name: step for step in course.go_on(row, at=at)}


def done(row: Commissioning) -> set[str]:
    return {name for name, step in steps(row).items() if step.done_at is not None}


def test_it_waits_for_everything_but_a_template_that_there_is_not() -> None:
    assert done(begun()) == {"template"}


def test_it_sees_a_station_that_comes_and_keeps_when() -> None:
    row = begun()
    come(row.station, at=NOON + seconds(10))
    assert done(row) == {"connected", "boot", "connectors", "template"}
    kept = Commissioning.objects.get().steps
    assert kept["boot"] == (NOON + seconds(10)).isoformat()
    Gateway.objects.update(renewed_at=NOON - timedelta(hours=1))
    assert steps(row)["connected"].told == ["It is not connected now."]
    assert "connected" in done(row)
    assert Commissioning.objects.get().steps == kept


def test_it_counts_nothing_of_before_it_began() -> None:
    row = begun(at=NOON + seconds(20))
    come(row.station, at=NOON + seconds(10))
    assert "boot" not in done(row)
    assert "connectors" not in done(row)


@pytest.mark.parametrize(
    ("planned", "reported", "is_done"),
    [
        ({1: "CCS2", 2: "CCS2"}, {1: "Available"}, False),
        ({1: "CCS2"}, {1: "Available", 2: "Available"}, False),
        ({1: "CCS2", 2: ""}, {1: "Available", 2: "Available"}, False),
        ({1: "CCS2"}, {1: "Faulted"}, False),
        ({}, {1: "Available"}, False),
        ({1: "CCS2", 2: "Type2"}, {0: "Available", 1: "Available", 2: "Preparing"}, True),
        (dict.fromkeys(range(1, 25), "Type2"), dict.fromkeys(range(1, 25), "Available"), True),
    ],
    ids=["one silent", "one too many", "type unknown", "faulted", "nothing planned", "as planned", "two dozen"],
)
def test_it_compares_connectors_with_the_plan(planned: dict[int, str], reported: dict[int, str], is_done: bool) -> None:
    row = begun()
    Connector.objects.all().delete()
    for number, kind in planned.items():
        Connector.objects.create(station=row.station, number=number, type=kind)
    for number, status in reported.items():
        say(row.station, number, status, at=NOON + seconds(5))
    assert ("connectors" in done(row)) is is_done


def test_it_waits_until_nothing_differs_from_the_template() -> None:
    row = begun()
    ConfigurationTemplate.objects.create(name="House", wanted={"HeartbeatInterval": "60"})
    assert steps(row)["template"].told == ["House", "HeartbeatInterval: – → 60"]
    assert "template" not in done(row)
    ConfigurationKey.objects.create(station=row.station, key="HeartbeatInterval", value="60", read_at=NOON)
    assert "template" in done(row)


def test_it_says_that_a_station_is_told_to_wait() -> None:
    row = begun()
    come(row.station, at=SOON)
    Station.objects.update(registration="pending")
    assert "It is told to wait: pending." in steps(row)["boot"].told
