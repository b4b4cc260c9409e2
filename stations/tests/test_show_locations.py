import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stations.models import Location
from stations.tests.world import NOON, connect, gateway, hear, location, say, station

pytestmark = pytest.mark.django_db
LIST = "/api/v1/locations"


def test_it_shows_a_place_with_the_sum_of_its_stations(client: Client) -> None:
    place = location(directions="Behind the fountain")
    made = connect(station(at=place), gateway(at=timezone.now()))
    station("BSK-99", at=place, is_public=False)
    say(made, 1, "Available")
    say(made, 2, "Charging")
    assert client.get(LIST).json() == {
        "success": True,
        "data": [
            {
                "location_id": "ALA-TOO",
                "name": "Ala-Too Square",
                "address": "Chuy Avenue 113",
                "directions": "Behind the fountain",
                "latitude": 42.8759,
                "longitude": 74.6037,
                "time_zone": "Asia/Bishkek",
                "notice": None,
                "starts_paused": False,
                "status": "partial",
                "connectors_total": 2,
                "connectors_available": 1,
            }
        ],
        "next": None,
    }


def test_it_shows_the_stations_where_asked(client: Client) -> None:
    station(at=location())
    [row] = client.get(LIST, {"include_stations": "true"}).json()["data"]
    assert [made["station_id"] for made in row["stations"]] == ["BSK-01"]
    assert len(row["stations"][0]["connectors"]) == 2
    assert client.get(f"{LIST}/ALA-TOO").json() == {"success": True, "location": row}


def test_it_speaks_the_readers_language(client: Client) -> None:
    station(at=location())
    shown = client.get(f"{LIST}/ALA-TOO", headers={"Accept-Language": "ru"}).json()["location"]
    assert shown["name"] == "Площадь Ала-Тоо"


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("Available", "Available", "available"),
        ("Available", "Charging", "partial"),
        ("Charging", "Finishing", "occupied"),
        ("Preparing", "Faulted", "occupied"),
        ("Faulted", "Unavailable", "maintenance"),
        ("Faulted", None, "maintenance"),
    ],
)
def test_it_sums_up_a_place(client: Client, first: str, second: str | None, status: str) -> None:
    made = connect(station(at=location()), gateway(at=timezone.now()))
    say(made, 1, first)
    if second:
        say(made, 2, second)
    assert client.get(f"{LIST}/ALA-TOO").json()["location"]["status"] == status


def test_it_sums_up_a_place_with_a_station_offline(client: Client) -> None:
    place = location()
    offline = station("BSK-02", at=place, connectors=1)
    say(offline, 1, "Available")
    assert client.get(f"{LIST}/ALA-TOO").json()["location"]["status"] == "offline"
    made = connect(station(at=place, connectors=1), gateway(at=timezone.now()))
    say(made, 1, "Available")
    shown = client.get(f"{LIST}/ALA-TOO").json()["location"]
    assert (shown["status"], shown["connectors_available"], shown["connectors_total"]) == ("partial", 1, 2)


def test_it_finds_the_nearest_first(client: Client) -> None:
    station("A", at=location("SOUTH", latitude="42.8300", longitude="74.6037"))
    station("B", at=location("HERE"))
    station("C", at=location("OSH", latitude="40.5140", longitude="72.8161"))
    shown = client.get(LIST, {"lat": "42.8759", "lon": "74.6037"}).json()["data"]
    assert [(row["location_id"], row["distance_km"]) for row in shown] == [("HERE", 0.0), ("SOUTH", 5.1)]


def test_it_searches_and_filters(client: Client) -> None:
    free = connect(station("A", at=location("ONE", address="Manas 1")), gateway(at=timezone.now()))
    say(free, 1, "Available")
    station("B", at=location("TWO", address="Manas 2"))
    location("EMPTY", address="Manas 3")
    assert [row["location_id"] for row in client.get(LIST, {"search": "manas"}).json()["data"]] == ["ONE", "TWO"]
    assert [row["location_id"] for row in client.get(LIST, {"available": "true"}).json()["data"]] == ["ONE"]


def test_it_hides_a_place_where_nobody_can_charge(client: Client) -> None:
    location()
    assert client.get(LIST).json()["data"] == []
    assert client.get(f"{LIST}/ALA-TOO").json()["error"] == "location_not_found"


def test_it_lists_many_with_as_many_queries_as_few(client: Client) -> None:
    held = gateway(at=timezone.now())

    def more(start: int, end: int) -> None:
        for number in range(start, end):
            place = location(f"PLACE-{number}")
            for name in ("A", "B"):
                made = connect(station(f"BSK-{number}{name}", at=place), held)
                hear(made, at=NOON)
                say(made, 1, "Available")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST, {"include_stations": "true"}).status_code == 200
        return len(captured)

    more(0, 2)
    queries()  # what is remembered for a moment is known now
    few = queries()
    more(2, 20)
    assert queries() == few
    assert Location.objects.count() == 20
