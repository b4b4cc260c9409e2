"""What the network tells others: connectors that changed, stations that came and went; each once."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Company
from drivepower.core.models import Event
from ocpp_consumer import presence
from ocpp_consumer.tests.server import Server, Talk, basic, eventually, in_db, make_station, talking
from stations import gateways
from stations.models import Gateway, Location, Station


def say(status: str, minute: int = 0, *, number: int = 1, error: str = "NoError") -> dict[str, Any]:
    """A StatusNotification of a minute of one hour."""
    return {
        "connectorId": number,
        "errorCode": error,
        "status": status,
        "timestamp": f"2026-01-01T10:{minute:02}:00Z",
    }


def told(kind: str = "connector.status") -> list[dict[str, Any]]:
    """What was told, in order."""
    return list(Event.objects.filter(kind=kind).order_by("id").values_list("payload", flat=True))


def kinds() -> list[str]:
    """The same, by kind."""
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


async def test_it_tells_what_changed_and_nothing_else(talk: Talk) -> None:
    for said in (
        say("Available", 1),
        say("Available", 2),
        say("Preparing", 3),
        say("Charging", 2),  # older than what is known
        say("Faulted", 4, error="GroundFailure"),
        say("Faulted", 5, error="GroundFailure"),
        say("Faulted", 6, error="OverVoltage"),
        say("Available", 6, number=2),
    ):
        await talk.ask("StatusNotification", said)

    looks = [(one["number"], one["status"], one["error"]) for one in await in_db(told)()]
    assert looks == [
        (1, "Available", None),
        (1, "Preparing", None),
        (1, "Faulted", "GroundFailure"),
        (1, "Faulted", "OverVoltage"),
        (2, "Available", None),
    ]


async def test_it_tells_a_change_back_after_a_late_word(talk: Talk) -> None:
    """The late word cuts a span of the past; how the connector is now was never changed by it."""
    for said in (say("Available", 10), say("Available", 30), say("Faulted", 20), say("Faulted", 50)):
        await talk.ask("StatusNotification", said)
    assert [one["status"] for one in await in_db(told)()] == ["Available", "Faulted"]


async def test_it_says_when_we_heard_it(talk: Talk) -> None:
    """By the station's clock it may be so long ago that it would be forgotten before it is told."""
    await talk.ask("StatusNotification", say("Available"))
    event = await in_db(Event.objects.get)(kind="connector.status")
    assert datetime.fromisoformat(event.payload["since"]) == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert timezone.now() - event.at < timedelta(minutes=1)


def with_place(talk_identity: str = "CP 1", **fields: Any) -> Station:
    """Give the station a place of a company."""
    host = Company.objects.create(name="Host")
    place = Location.objects.create(
        code="BSK", address="Chuy 1", latitude=Decimal("42.87"), longitude=Decimal("74.59"), host=host
    )
    Station.objects.filter(identity=talk_identity).update(location=place, **fields)
    return Station.objects.select_related("location__host").get(identity=talk_identity)


@pytest.mark.parametrize(
    ("fields", "is_public"),
    [({}, True), ({"is_public": False}, False), ({"service_state": "commissioning"}, False)],
    ids=str,
)
async def test_it_says_who_may_hear_it(talk: Talk, fields: dict[str, Any], is_public: bool) -> None:
    station = await in_db(with_place)(**fields)
    await talk.ask("StatusNotification", say("Available"))
    event = await in_db(Event.objects.get)(kind="connector.status")
    assert station.location is not None
    assert station.location.host is not None
    assert (event.station, event.location, event.host) == (station.code, "BSK", station.location.host.public_id)
    assert event.subject == f"connector:{station.code}/1"
    assert (event.is_public, event.driver, event.company) == (is_public, None, None)
    assert station.identity not in str(event.payload)


async def test_it_tells_of_many_connectors_of_one_batch(talk: Talk) -> None:
    for number in range(5):
        await talk.send([2, f"m{number}", "StatusNotification", say("Available", number=number)])
    for _ in range(5):
        await talk.hear()
    assert sorted(one["number"] for one in await in_db(told)()) == [0, 1, 2, 3, 4]


async def test_it_tells_who_comes_and_goes(server: Server) -> None:
    station, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("Heartbeat", {})
    await eventually(lambda: len(kinds()) == 2, "it has gone")
    assert await in_db(kinds)() == ["station.online", "station.offline"]
    assert await in_db(told)("station.offline") == [{"station_id": station.code}]


async def test_it_tells_nothing_of_a_socket_that_a_newer_one_replaces(server: Server) -> None:
    _, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as old:
        await old.ask("Heartbeat", {})
        async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as new:
            await old.closed()
            await new.ask("Heartbeat", {})
            assert await in_db(kinds)() == ["station.online"]


@pytest.mark.django_db
class TestDeadGateways:
    """What a process that died leaves behind is told by who finds it."""

    at = datetime(2026, 3, 2, 6, tzinfo=UTC)

    def held(self) -> tuple[uuid.UUID, int, int]:
        """A station whose socket a gateway holds."""
        station, _ = make_station()
        gateway = Gateway.objects.create(process="web-1", started_at=self.at, renewed_at=self.at)
        epoch = presence.connect(station_id=station.pk, gateway_id=gateway.pk, at=self.at)
        return gateway.pk, station.pk, epoch

    def test_it_tells_once_that_they_are_gone(self) -> None:
        _, station_id, epoch = self.held()
        dead = self.at + timedelta(minutes=1)
        assert (gateways.bury(at=dead), gateways.bury(at=dead)) == (1, 0)
        presence.disconnect(station_id=station_id, epoch=epoch, close_code=1006, at=dead)
        assert kinds() == ["station.online", "station.offline"]

    def test_it_tells_that_they_are_taken_back(self) -> None:
        gateway_id, station_id, epoch = self.held()
        gateways.bury(at=self.at + timedelta(minutes=1))
        for _ in range(2):
            presence.take_back(gateway_id=gateway_id, epochs={station_id: epoch}, at=self.at)
        assert kinds() == ["station.online", "station.offline", "station.online"]

    def test_it_tells_of_those_whom_a_closing_gateway_lets_go(self) -> None:
        gateway_id, station_id, epoch = self.held()
        presence.close_gateway(gateway_id=gateway_id, at=self.at)
        presence.disconnect(station_id=station_id, epoch=epoch, close_code=1012, at=self.at)
        assert kinds() == ["station.online", "station.offline"]
