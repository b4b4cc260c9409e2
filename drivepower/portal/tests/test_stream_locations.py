"""/api/v1/locations/stream: a snapshot, then what changes, for everybody."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from charging.tests.world import World
from drivepower.portal.streams import locations
from drivepower.portal.tests.streaming import happen, open_stream, streaming
from ocpp_consumer.tests.server import Server, basic, in_db, make_station, now, talking
from stations.models import Gateway, Location, Station

PATH = "locations/stream"


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """Streams and stations."""
    with streaming() as running:
        yield running


async def test_it_begins_with_how_the_network_stands(server: Server, shared_world: World) -> None:
    await in_db(Station.objects.create)(code="HIDDEN", identity="hidden", is_public=False)
    await in_db(Gateway.objects.update)(renewed_at=timezone.now())
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all")
        snapshot = await client.hear()

    assert snapshot["type"] == "snapshot"
    (place,) = snapshot["locations"]
    assert (place["location_id"], place["status"]) == ("BSK", "available")
    (station,) = place["stations"]
    assert (station["station_id"], station["online"]) == ("BSK-01", True)
    assert [connector["status"] for connector in station["connectors"]] == ["Available", "Available"]
    assert "station-one" not in str(snapshot)


async def test_it_tells_what_a_station_does(server: Server, shared_world: World) -> None:
    place = await in_db(Location.objects.get)()
    station, key = await in_db(make_station)("CP 1", location=place)
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="location", id="BSK")
        await client.hear()
        async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
            came = await client.hear()
            said = {"connectorId": 1, "errorCode": "NoError", "status": "Preparing", "timestamp": now()}
            await talk.ask("StatusNotification", said)
            changed = await client.hear()
            await talk.ask("StatusNotification", said)
            faulty = said | {"status": "Faulted", "errorCode": "GroundFailure", "timestamp": now()}
            await talk.ask("StatusNotification", faulty)
            failed = await client.hear()
        went = await client.hear()

    assert [message["kind"] for message in (came, changed, failed, went)] == [
        "station.online",
        "connector.status",
        "connector.status",
        "station.offline",
    ]
    assert (changed["station_id"], changed["location_id"]) == (station.code, "BSK")
    assert changed["payload"]["number"] == 1
    assert [(one["payload"]["status"], one["payload"]["error"]) for one in (changed, failed)] == [
        ("Preparing", None),
        ("Faulted", "GroundFailure"),
    ]


@pytest.mark.parametrize(("what", "code"), [("location", "BSK"), ("station", "BSK-01")])
async def test_it_tells_of_one_place_alone(server: Server, shared_world: World, what: str, code: str) -> None:
    async with open_stream(server, PATH) as client:
        await client.say(subscribe=what, id=code)
        await client.hear()
        await in_db(happen)("connector.status", number=1, station="OSH-01", location="OSH")
        await in_db(happen)("connector.status", number=2, station="BSK-01", location="BSK")

        assert (await client.hear())["payload"]["number"] == 2


async def test_it_tells_nobody_what_is_not_public(server: Server, shared_world: World) -> None:
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all")
        await client.hear()
        await in_db(happen)("connector.status", number=1, is_public=False)
        await in_db(happen)("session.started", number=2, is_public=True)
        await in_db(happen)("connector.status", number=3)

        assert (await client.hear())["payload"]["number"] == 3


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"subscribe": "location", "id": "NOWHERE"}, "location_not_found"),
        ({"subscribe": "station", "id": "HIDDEN"}, "station_not_found"),
        ({"subscribe": "station", "id": "\x00"}, "station_not_found"),
        ({"subscribe": "station"}, "invalid_parameters"),
        ({"subscribe": "station", "id": 7}, "invalid_parameters"),
        ({"subscribe": ["all"]}, "invalid_parameters"),
        ({}, "invalid_parameters"),
    ],
    ids=str,
)
async def test_it_says_what_it_cannot_tell(
    server: Server, shared_world: World, message: dict[str, object], error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_db(Station.objects.create)(code="HIDDEN", identity="hidden", is_public=False)
    monkeypatch.setattr(locations, "SPACING_SECONDS", 0.05)
    async with open_stream(server, PATH) as client:
        await client.say(**message)
        assert (await client.hear())["error"] == error
        await client.say(subscribe="station", id="BSK-01")
        assert (await client.hear())["type"] == "snapshot"


async def test_it_changes_the_subject(server: Server, shared_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locations, "SPACING_SECONDS", 0.05)
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all")
        await client.hear()
        await client.say(subscribe="station", id="BSK-01")
        assert (await client.hear())["type"] == "snapshot"
        await in_db(happen)("station.online", number=1, station="OSH-01")
        await in_db(happen)("station.online", number=2, station="BSK-01")

        assert (await client.hear())["payload"]["number"] == 2
