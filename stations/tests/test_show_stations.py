from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stations.models import Connector, Station
from stations.tests.world import NOON, connect, gateway, hear, location, say, seconds, station

pytestmark = pytest.mark.django_db
LIST = "/api/v1/stations"


def codes(client: Client, **query: Any) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200, response.text
    return [row["station_id"] for row in response.json()["data"]]


def online(made: Station) -> Station:
    return connect(made, gateway(at=timezone.now()))


def test_it_shows_a_station_to_everyone(client: Client) -> None:
    made = online(station(at=location(), vendor="Ardua", model="A60", connectors=1))
    hear(made, at=NOON)
    say(made, 1, "Available")
    assert client.get(LIST).json() == {
        "success": True,
        "data": [
            {
                "station_id": "BSK-01",
                "vendor": "Ardua",
                "model": "A60",
                "location": {
                    "location_id": "ALA-TOO",
                    "name": "Ala-Too Square",
                    "address": "Chuy Avenue 113",
                    "directions": "",
                    "latitude": 42.8759,
                    "longitude": 74.6037,
                    "time_zone": "Asia/Bishkek",
                    "notice": None,
                    "starts_paused": False,
                },
                "online": True,
                "last_heartbeat_at": "2026-03-02T06:00:00Z",
                "connectors": [
                    {
                        "id": 1,
                        "type": "CCS2",
                        "status": "Available",
                        "available": True,
                        "power_kw": 60.0,
                        "error": None,
                    }
                ],
                "open_to_you": True,
            }
        ],
        "next": None,
    }


def test_it_answers_at_its_older_address(client: Client) -> None:
    station()
    assert client.get("/api/stations").json() == client.get(LIST).json()


def test_it_shows_one(client: Client) -> None:
    station(at=location())
    assert client.get(f"{LIST}/BSK-01").json() == {"success": True, "station": client.get(LIST).json()["data"][0]}


def test_it_shows_a_station_of_which_nothing_was_heard(client: Client) -> None:
    Connector.objects.create(station=station(connectors=0), number=1)
    shown = client.get(f"{LIST}/BSK-01").json()["station"]
    assert (shown["location"], shown["online"], shown["last_heartbeat_at"]) == (None, False, None)
    [connector] = shown["connectors"]
    assert connector == {
        "id": 1,
        "type": "",
        "status": "Unknown",
        "available": False,
        "power_kw": None,
        "error": None,
    }


def test_it_calls_no_connector_free_while_the_station_is_offline(client: Client) -> None:
    made = station()
    say(made, 1, "Available")
    connect(made, gateway(at=timezone.now() - seconds(60)))
    shown = client.get(f"{LIST}/BSK-01").json()["station"]
    assert shown["online"] is False
    assert (shown["connectors"][0]["status"], shown["connectors"][0]["available"]) == ("Available", False)


def test_it_shows_an_error_and_not_the_station_itself(client: Client) -> None:
    made = online(station())
    Connector.objects.create(station=made, number=0)
    say(made, 0, "Available")
    say(made, 2, "Faulted", error="GroundFailure")
    first, second = client.get(f"{LIST}/BSK-01").json()["station"]["connectors"]
    assert (first["id"], second["id"]) == (1, 2)
    assert (second["status"], second["error"]) == ("Faulted", "GroundFailure")


@pytest.mark.parametrize("hidden", [{"is_public": False}, {"service_state": "planned"}, {"service_state": "retired"}])
def test_it_hides_what_is_not_public(client: Client, hidden: dict[str, Any]) -> None:
    station(at=location(), **hidden)
    assert codes(client) == []
    for page in ("", "/status", "/price"):
        response = client.get(f"{LIST}/BSK-01{page}")
        assert (response.status_code, response.json()["error"]) == (404, "station_not_found")
    assert client.get("/api/v1/locations").json()["data"] == []
    assert client.get("/api/v1/locations/ALA-TOO").json()["error"] == "location_not_found"


@pytest.mark.parametrize("code", ["NOBODY", "1", "bsk-01", "secret-identity-BSK-01", "%00", "BSK-01%00", "%F0%28"])
def test_it_finds_stations_by_their_code_only(client: Client, code: str) -> None:
    made = station()
    for name in (code, str(made.pk)):
        response = client.get(f"{LIST}/{name}")
        assert response.status_code == 404 or name == "BSK-01%00"


@pytest.mark.parametrize("text", ["bsk-02", "manas", "Manas Ave", "манас", "MANAS"])
def test_it_searches_codes_names_and_addresses(client: Client, text: str) -> None:
    station("BSK-01", at=location())
    names = {"en": "Manas Park", "ru": "Парк Манаса"}
    station("BSK-02", at=location("MANAS", name=names, address="Manas Avenue 1"))
    assert codes(client, search=text) == ["BSK-02"]


@pytest.mark.parametrize("text", ["%", "_", "secret-identity"])
def test_it_searches_literally_and_never_by_identity(client: Client, text: str) -> None:
    station(at=location())
    assert codes(client, search=text) == []


def test_it_finds_what_is_near_and_the_nearest_first(client: Client) -> None:
    station("FAR", at=location("OSH", latitude="40.5140", longitude="72.8161"))
    station("NEAR", at=location("SOUTH", latitude="42.8300", longitude="74.6037"))
    station("HERE", at=location())
    station("NOWHERE")
    here = {"lat": "42.8759", "lon": "74.6037"}
    shown = client.get(LIST, {**here, "radius_km": "20"}).json()["data"]
    assert [(row["station_id"], row["distance_km"]) for row in shown] == [("HERE", 0.0), ("NEAR", 5.1)]
    assert codes(client, **here) == ["HERE", "NEAR"]
    assert codes(client, **here, radius_km=400) == ["HERE", "NEAR", "FAR"]


def test_it_measures_to_the_other_side_of_the_earth(client: Client) -> None:
    station(at=location())
    shown = client.get(LIST, {"lat": "-42.8759", "lon": "-105.3963", "radius_km": "20100"}).json()["data"]
    assert shown[0]["distance_km"] == pytest.approx(20015.09, abs=0.1)


def test_it_filters_by_kind_of_connector(client: Client) -> None:
    station("FAST")
    slow = station("SLOW", connectors=0)
    Connector.objects.create(station=slow, number=1, type="Type2")
    assert codes(client, connector_type="Type2") == ["SLOW"]


def test_it_filters_by_what_is_free(client: Client) -> None:
    held = gateway(at=timezone.now())
    for code in ("FREE", "BUSY", "GONE"):
        made = station(code)
        say(made, 1, "Charging" if code == "BUSY" else "Available")
        say(made, 0, "Available")
        if code != "GONE":
            connect(made, held)
    assert codes(client, available="true") == ["FREE"]
    assert codes(client, available="true", connector_type="Type2") == []
    assert codes(client, available="false") == ["BUSY", "FREE", "GONE"]


def test_the_free_connector_is_the_one_of_that_kind(client: Client) -> None:
    made = online(station())
    Connector.objects.create(station=made, number=3, type="Type2")
    say(made, 1, "Available")
    say(made, 3, "Charging")
    assert codes(client, available="true", connector_type="Type2") == []


@pytest.mark.parametrize(
    "query",
    [
        {"lat": "42.8"},
        {"lat": "91", "lon": "0"},
        {"lat": "nan", "lon": "0"},
        {"lat": "1e400", "lon": "0"},
        {"radius_km": "5"},
        {"lat": "1", "lon": "1", "radius_km": "0"},
        {"lat": "1", "lon": "1", "radius_km": "-1"},
        {"connector_type": "Schuko"},
        {"available": "perhaps"},
        {"search": "x" * 101},
        {"search": "\x00"},
    ],
)
@pytest.mark.parametrize("path", [LIST, "/api/v1/locations"])
def test_it_refuses_odd_filters(client: Client, path: str, query: dict[str, str]) -> None:
    response = client.get(path, query)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_parameters")


@pytest.mark.parametrize("query", [{}, {"lat": "42.8759", "lon": "74.6037"}])
def test_it_turns_pages_without_losing_or_repeating(client: Client, query: dict[str, str]) -> None:
    place = location()
    for number in range(7):
        station(f"BSK-{number}", at=place, connectors=0)
    seen: list[str] = []
    page = client.get(LIST, {**query, "limit": "3"}).json()
    while page["next"]:
        seen += [row["station_id"] for row in page["data"]]
        page = client.get(page["next"]).json()
    assert seen + [row["station_id"] for row in page["data"]] == [f"BSK-{number}" for number in range(7)]


@pytest.mark.parametrize("cursor", ["rubbish", "cD0lMDA=", "bz0xJnA9eA==", "cD14JTAw", "%00"])
@pytest.mark.parametrize("query", [{}, {"lat": "42.8759", "lon": "74.6037"}])
def test_it_survives_a_cursor_that_is_not_ours(client: Client, cursor: str, query: dict[str, str]) -> None:
    station(at=location())
    assert client.get(LIST, {**query, "cursor": cursor}).status_code in (200, 404)


def test_it_lists_many_with_as_many_queries_as_few(client: Client) -> None:
    held = gateway(at=timezone.now())

    def more(start: int, end: int) -> None:
        for number in range(start, end):
            made = connect(station(f"BSK-{number}", at=location(f"PLACE-{number}")), held)
            hear(made, at=NOON)
            say(made, 1, "Available")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST, {"available": "true", "lat": "42.9", "lon": "74.6"}).status_code == 200
        return len(captured)

    more(0, 2)
    queries()  # what is remembered for a moment is known now
    few = queries()
    more(2, 20)
    assert queries() == few
    assert few <= 5


def test_it_is_only_read(client: Client) -> None:
    station()
    for send in (client.post, client.put, client.patch, client.delete):
        assert send(f"{LIST}/BSK-01").status_code in (401, 403, 405)
