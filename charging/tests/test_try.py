"""Test charges of new stations: free, good at that station alone, and never in a driver's way."""

import pytest

from accounts.models import IdTag
from charging import authorization, trying
from charging.models import Session
from charging.models.session import State
from charging.tests.world import NOW, World, minutes
from drivepower.core.refusals import Refusal
from stations.models import Command, Station
from stations.tests.world import station

pytestmark = pytest.mark.django_db


def start(world: World) -> IdTag:
    """A test charge that was asked for, by its tag."""
    trying.start(station=world.station, number=1, asked_by="installer:7", at=NOW)
    return IdTag.objects.get(kind=IdTag.Kind.SERVICE, blocked=False)


def test_it_asks_with_a_tag_that_is_good_there_alone(world: World) -> None:
    tag = start(world)
    command = Command.objects.get()
    assert (command.intent, command.payload) == ("start_charging", {"connector": 1, "id_tag": tag.value})
    assert (command.asked_by, command.awaits) == ("installer:7", f"start:{tag.value}")
    elsewhere = station("ELSEWHERE")
    for place, at, status in [
        (world.station, NOW, "Accepted"),
        (elsewhere, NOW, "Blocked"),
        (world.station, NOW + minutes(61), "Expired"),
    ]:
        assert authorization.authorize(tag=tag.value, station=place, at=at).status == status


def test_it_has_one_good_tag_at_a_time(world: World) -> None:
    first = start(world)
    second = start(world)
    first.refresh_from_db()
    assert (first.blocked, second.blocked, first.pk != second.pk) == (True, False, True)


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"gateway": None}, "station_offline"), ({"registration": "pending"}, "station_unavailable")],
    ids=["offline", "pending"],
)
def test_it_asks_none_that_could_not_start(world: World, fields: dict[str, object], code: str) -> None:
    Station.objects.filter(pk=world.station.pk).update(**fields)
    world.station.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        start(world)
    assert refused.value.code == code
    assert not IdTag.objects.exists()
    assert not Command.objects.exists()


def test_it_stops_test_charges_and_no_drivers(world: World) -> None:
    world.card(world.driver())
    theirs = world.begin("CARD-1").session
    assert trying.stop(station=world.station, asked_by="installer:7", at=NOW) == 0
    theirs.refresh_from_db()
    assert theirs.state == State.ACTIVE


def test_it_tells_how_the_last_one_stands(world: World) -> None:
    assert trying.last(station=world.station, since=NOW) is None
    tag = start(world)
    queued = trying.last(station=world.station, since=NOW)
    assert queued is not None
    assert (queued.number, queued.failure != "", queued.ended_at) == (1, True, None)
    session = world.begin(tag.value).session
    world.read(session, 26_500, at=NOW + minutes(1))
    running = trying.last(station=world.station, since=session.start_received_at or NOW)
    assert running is not None
    assert (running.failure, running.ended_at) == ("", None)
    assert trying.stop(station=world.station, asked_by="installer:7", at=NOW + minutes(2)) == 1
    assert Session.objects.get().state == State.STOPPING
    world.end(session, 26_500, at=NOW + minutes(3))
    over = trying.last(station=world.station, since=session.start_received_at or NOW)
    assert over is not None
    assert over.energy_wh > 0
    assert over.ended_at is not None
    assert trying.last(station=world.station, since=NOW + minutes(60)) is None
