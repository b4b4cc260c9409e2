"""Operators keep locations and connectors by the API."""

from typing import Any

import pytest

from accounts.models import Company
from stations.models import Connector, Location
from stations.tests import world
from stations.tests.desk import Desk, staff

pytestmark = pytest.mark.django_db

PLACE = {
    "location_id": "OSH-BAZAAR",
    "name": {"en": "Osh bazaar", "ru": "Ошский рынок"},
    "address": "Kievskaya 202",
    "latitude": "42.8746",
    "longitude": "74.5698",
}


@pytest.fixture
def desk() -> Desk:
    """Somebody of the house who may do anything."""
    return Desk(staff())


def test_it_makes_and_lists_locations(desk: Desk) -> None:
    host = Company.objects.create(name="Bazaar", kind="host")

    status, body = desk.post("locations", **PLACE, host_id=str(host.public_id), amenities=["wifi"])

    assert status == 201, body
    world.station(at=Location.objects.get())
    [row] = desk.listed("locations", search="рынок")
    assert (row["location_id"], row["latitude"], row["stations"]) == ("OSH-BAZAAR", 42.8746, ["BSK-01"])
    assert (row["host_id"], row["amenities"]) == (str(host.public_id), ["wifi"])
    assert row == desk.get("locations/OSH-BAZAAR")[1]["location"]


def test_it_takes_as_many_queries_for_many_locations(desk: Desk) -> None:
    for number in (1, 2):
        world.station(f"BSK-{number}", at=world.location(f"PLACE-{number}"))
    few = desk.queries("locations")
    for number in range(3, 13):
        world.station(f"BSK-{number}", at=world.location(f"PLACE-{number}"))

    assert desk.queries("locations") == few


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"latitude": "91"}, "latitude"),
        ({"time_zone": "Moon/Base"}, "time_zone"),
        ({"shares_supply": True}, "non_field_errors"),
        ({"location_id": "ALA-TOO"}, "location_id"),
        ({"supply_limit_a": 0}, "supply_limit_a"),
        ({"name": {"\x00": "x"}}, "name"),
        ({"name": {}}, "name"),
    ],
    ids=["latitude", "time zone", "shares nothing", "known code", "no amps", "odd language", "no name"],
)
def test_it_says_what_is_wrong_with_a_location(desk: Desk, said: dict[str, Any], field: str) -> None:
    world.location()

    status, body = desk.post("locations", **{**PLACE, **said})

    assert (status, body["error"]) == (400, "invalid_parameters")
    assert field in body["details"]


def test_it_changes_and_rewrites_a_location(desk: Desk) -> None:
    world.location(directions="Left", supply_limit_a=100)

    changed = desk.ask("PATCH", "locations/ALA-TOO", {"supply_limit_a": 63})[1]["location"]
    rewritten = desk.ask("PUT", "locations/ALA-TOO", PLACE)[1]["location"]

    assert (changed["supply_limit_a"], changed["directions"]) == (63, "Left")
    assert (rewritten["location_id"], rewritten["supply_limit_a"], rewritten["directions"]) == ("OSH-BAZAAR", None, "")


def test_a_location_with_stations_stays(desk: Desk) -> None:
    world.station(at=world.location())
    world.location("EMPTY")

    assert desk.ask("DELETE", "locations/ALA-TOO")[1]["error"] == "location_in_use"
    assert desk.ask("DELETE", "locations/EMPTY") == (200, {"success": True})


def test_staff_of_a_company_make_locations_for_it_alone() -> None:
    ours, others = (Company.objects.create(name=name, kind="host") for name in ("Ours", "Theirs"))
    world.location("THEIRS", host=others)
    rights = [f"stations.{verb}_location" for verb in ("view", "add", "change", "delete")]
    host = Desk(staff(*rights, company=ours))

    assert host.listed("locations") == []
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert host.ask(method, "locations/THEIRS")[0] == 404
    assert host.post("locations", **PLACE, host_id=str(others.public_id))[1]["error"] == "company_not_found"
    assert host.post("locations", **PLACE)[1]["location"]["host_id"] == str(ours.public_id)
    moved = host.ask("PATCH", "locations/OSH-BAZAAR", {"host_id": None})[1]["location"]
    assert moved["host_id"] == str(ours.public_id)


def test_it_keeps_connectors(desk: Desk) -> None:
    made, plan = world.station(connectors=1), world.plan()
    world.say(made, 1, "Faulted", error="GroundFailure")
    wish = {"station_id": "BSK-01", "connector_id": 2, "type": "Type2", "tariff_plan_id": str(plan.public_id)}

    assert desk.post("connectors", **wish)[0] == 201
    assert desk.post("connectors", **wish)[1]["error"] == "invalid_parameters"

    newest, first = desk.listed("connectors", station="BSK-01")
    assert (newest["connector_id"], newest["tariff_plan_id"]) == (2, str(plan.public_id))
    assert (first["status"], first["error"], first["max_power_w"]) == ("Faulted", "GroundFailure", 60_000)
    assert desk.listed("connectors", station="BSK-02") == []
    assert first == desk.get("connectors/BSK-01/1")[1]["connector"]


def test_it_changes_rewrites_and_deletes_a_connector(desk: Desk) -> None:
    world.station()

    changed = desk.ask("PATCH", "connectors/BSK-01/1", {"max_power_w": 22_000})[1]["connector"]
    rewritten = desk.ask("PUT", "connectors/BSK-01/1", {"phases": 1})[1]["connector"]

    assert (changed["max_power_w"], changed["type"]) == (22_000, "CCS2")
    assert (rewritten["max_power_w"], rewritten["type"], rewritten["phases"]) == (None, "", 1)
    assert desk.ask("DELETE", "connectors/BSK-01/1")[0] == 200
    assert desk.ask("DELETE", "connectors/BSK-01/1")[1]["error"] == "connector_not_found"
    assert list(Connector.objects.values_list("number", flat=True)) == [2]


def test_the_station_itself_is_no_connector(desk: Desk) -> None:
    Connector.objects.create(station=world.station(connectors=0), number=0)

    assert desk.listed("connectors") == []
    for number in ("0", "9" * 40):
        assert desk.get(f"connectors/BSK-01/{number}")[0] == 404


def test_another_companys_connectors_are_nowhere() -> None:
    ours, others = (Company.objects.create(name=name, kind="host") for name in ("Ours", "Theirs"))
    made = world.station(at=world.location(host=others))
    rights = [f"stations.{verb}_connector" for verb in ("view", "add", "change", "delete")]
    host = Desk(staff(*rights, company=ours))

    assert host.listed("connectors") == []
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert host.ask(method, "connectors/BSK-01/1")[0] == 404
    assert host.post("connectors", station_id="BSK-01", connector_id=9)[0] == 404
    assert made.connectors.count() == 2
