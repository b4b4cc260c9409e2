"""How a station has done: its line, its connectors, its charges and commands, within a window."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from charging.models import Session
from stations.models import Command, ConnectionSpan, Station, StationSeen, StatusSpan
from stations.tests import world
from stations.tests.desk import Desk, staff

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PATH = "stations/BSK-01/metrics"


@pytest.fixture
def desk() -> Desk:
    """Somebody of the house who may do anything."""
    return Desk(staff())


def lived(station: Station, at: datetime) -> None:
    """Ten hours: connected for six in two spans, one charge of 7.5 kWh, one that never came, two commands."""
    ConnectionSpan.objects.create(station=station, epoch=1, since=at - 30 * HOUR, until=at - 20 * HOUR)
    ConnectionSpan.objects.create(station=station, epoch=2, since=at - 12 * HOUR, until=at - 8 * HOUR)
    ConnectionSpan.objects.create(station=station, epoch=3, since=at - 4 * HOUR)
    StatusSpan.objects.create(station=station, number=1, status="Charging", since=at - 11 * HOUR, until=at - 9 * HOUR)
    StatusSpan.objects.create(station=station, number=1, status="Charging", since=at - 2 * HOUR)
    StatusSpan.objects.create(station=station, number=0, status="Available", since=at - 20 * HOUR)
    StationSeen.objects.create(station=station, last_frame_at=at, last_heartbeat_at=at, boot_count=3)
    about = {"station": station, "connector": station.connectors.all()[0], "tag": "T", "asked_by": "app"}
    charged = {"state": "ended", "started_at": at - 2 * HOUR, "billed_energy_wh": 7500}
    Session.objects.create(**about, **charged, stopped_at=at - HOUR)
    Session.objects.create(**about, **(charged | {"started_at": at - 12 * HOUR}), stopped_at=at - 11 * HOUR)
    Session.objects.create(**about, state="failed", requested_at=at - HOUR)
    for state in ("queued", "failed"):
        Command.objects.create(
            station=station, intent="Reset", state=state, asked_by="x", asked_at=at - HOUR, expires_at=at
        )


def test_it_sums_what_was_within_the_window(desk: Desk) -> None:
    at = timezone.now()
    lived(world.station(), at)
    window = {"since": (at - 10 * HOUR).isoformat(), "until": at.isoformat()}

    status, body = desk.get(PATH, **window)

    assert status == 200, body
    assert (body["online_seconds"], body["online_percent"], body["connections"]) == (6 * 3600, 60.0, 1)
    held = {"connector_id": 1, "status": "Charging", "seconds": 3 * 3600, "times": 2}
    assert body["statuses"] == [held]
    assert (body["sessions"], body["sessions_failed"], body["energy_kwh"]) == (1, 1, 7.5)
    assert (body["commands"], body["boots"]) == ({"queued": 1, "failed": 1}, 3)


def test_a_station_that_was_never_heard_has_nothing(desk: Desk) -> None:
    world.station()

    body = desk.get(PATH)[1]

    assert (body["online_seconds"], body["statuses"], body["energy_kwh"], body["last_heartbeat_at"]) == (0, [], 0, None)
    assert body["online"] is False


@pytest.mark.parametrize(
    ("since", "until"), [(100, 0), (1, 2), (-2, -3)], ids=["too long", "backwards", "not yet been"]
)
def test_it_refuses_a_window_that_is_none(desk: Desk, since: int, until: int) -> None:
    world.station()
    at = timezone.now()
    days = {"since": at - timedelta(days=since), "until": at - timedelta(days=until)}

    status, body = desk.get(PATH, **{name: moment.isoformat() for name, moment in days.items()})

    assert (status, body["error"]) == (400, "invalid_parameters")


def test_it_takes_as_many_queries_for_much_history(desk: Desk) -> None:
    at = timezone.now()
    station = world.station()
    lived(station, at)
    few = desk.queries(PATH)
    for epoch in range(4, 14):
        since = at - timedelta(minutes=20 * epoch)
        ConnectionSpan.objects.create(station=station, epoch=epoch, since=since, until=since + timedelta(minutes=1))

    assert desk.queries(PATH) == few
