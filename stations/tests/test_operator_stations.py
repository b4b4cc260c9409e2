"""Operators keep stations by the API: found, made, changed, given keys, retired; a company's staff only its own."""

from typing import Any

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.utils import timezone

from accounts.models import Company
from billing.models import TariffPlan
from drivepower.core.keys import hash_key
from stations.models import Command, ConfigurationTemplate, Connector, QuirkProfile, SecurityEvent, Station
from stations.tests import world
from stations.tests.desk import Desk, staff

pytestmark = pytest.mark.django_db

NEW = {"station_id": "BSK-09", "identity": "CP 9"}


@pytest.fixture
def desk() -> Desk:
    """Somebody of the house who may do anything."""
    return Desk(staff())


def test_it_lists_stations_with_identity_and_live_state(desk: Desk) -> None:
    at = timezone.now()
    made = world.connect(world.station(at=world.location()), world.gateway(at=at))
    world.say(made, 1, "Charging", at=at)
    world.hear(made, at=at)
    world.station("BSK-02", connectors=0)

    first, second = desk.listed("stations")

    assert (first["station_id"], first["identity"], first["online"]) == ("BSK-01", "secret-identity-BSK-01", True)
    assert [one["status"] for one in first["connectors"]] == ["Charging", None]
    assert (first["location_id"], second["location_id"]) == ("ALA-TOO", None)
    assert second["last_heartbeat_at"] is None
    assert not any("key_hash" in name for name in first)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "ala"}, ["BSK-01"]),
        ({"location": "ALA-TOO"}, ["BSK-01"]),
        ({"service_state": "planned"}, ["BSK-02"]),
        ({"online": "true"}, ["BSK-01"]),
        ({"online": "false"}, ["BSK-02"]),
        ({"registration": "rejected"}, []),
    ],
    ids=["text", "place", "state", "online", "offline", "registration"],
)
def test_it_finds_stations(desk: Desk, query: dict[str, str], found: list[str]) -> None:
    world.connect(world.station(at=world.location()), world.gateway(at=timezone.now()))
    world.station("BSK-02", service_state="planned")

    assert [row["station_id"] for row in desk.listed("stations", **query)] == found


def give_all(plan: TariffPlan, quirks: QuirkProfile) -> None:
    """Everything that stations and connectors may refer to."""
    Station.objects.update(tariff_plan=plan, quirk_profile=quirks)
    Connector.objects.update(tariff_plan=plan)


@pytest.mark.parametrize("path", ["stations", "connectors"])
def test_it_takes_as_many_queries_for_many_stations(desk: Desk, path: str) -> None:
    place = world.location()
    for number in (1, 2):
        world.station(f"BSK-{number}", at=place)
    plan, quirks = world.plan(), QuirkProfile.objects.create(name="ACME")
    give_all(plan, quirks)
    few = desk.queries(path)
    for number in range(3, 13):
        world.say(world.station(f"BSK-{number}", at=place), 1, "Available")
    give_all(plan, quirks)

    assert desk.queries(path) == few


def test_it_makes_a_station_that_waits_where_stations_are_set_up_first(desk: Desk) -> None:
    ConfigurationTemplate.objects.create(name="first", is_for_onboarding=True)

    status, body = desk.post("stations", **NEW, vendor="ACME")

    assert status == 201
    assert (body["station"]["registration"], body["station"]["has_key"]) == ("pending", False)
    assert Station.objects.get().vendor == "ACME"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"identity": "CP 1"}, "station_id"),
        ({"station_id": "lower case", "identity": "x"}, "station_id"),
        ({**NEW, "identity": "BSK-09"}, "non_field_errors"),
        ({**NEW, "station_id": "BSK-01"}, "station_id"),
        ({**NEW, "security_profile": 7}, "security_profile"),
        ({**NEW, "key_hash": "00"}, "key_hash"),
        ({**NEW, "heartbeat_interval": 0}, "heartbeat_interval"),
    ],
    ids=["no code", "odd code", "code is identity", "known code", "odd profile", "unknown field", "no interval"],
)
def test_it_says_what_is_wrong_with_a_new_station(desk: Desk, said: dict[str, Any], field: str) -> None:
    world.station()

    status, body = desk.post("stations", **said)

    assert (status, body["error"]) == (400, "invalid_parameters")
    assert field in body["details"]
    assert Station.objects.count() == 1


def test_it_changes_only_what_is_said(desk: Desk) -> None:
    world.station(vendor="ACME", model="X")

    status, body = desk.ask("PATCH", "stations/BSK-01", {"model": "Y", "is_public": False})

    assert status == 200
    assert (body["station"]["vendor"], body["station"]["model"], body["station"]["is_public"]) == ("ACME", "Y", False)


def test_a_put_sets_what_is_not_said_to_its_default(desk: Desk) -> None:
    world.station(vendor="ACME", is_public=False, registration="pending")

    status, body = desk.ask("PUT", "stations/BSK-01", {"station_id": "BSK-01", "identity": "CP 1"})

    assert status == 200
    station = body["station"]
    assert (station["vendor"], station["is_public"], station["identity"]) == ("", True, "CP 1")
    assert station["registration"] == "pending"


def test_a_registration_leaves_a_trace(desk: Desk) -> None:
    made = world.station(registration="pending")

    assert (
        desk.ask("PATCH", "stations/BSK-01", {"registration": "accepted"})[1]["station"]["registration"] == "accepted"
    )

    assert SecurityEvent.objects.get(station=made).type == "RegistrationChanged"


def test_it_refuses_names_of_other_things_that_nobody_knows(desk: Desk) -> None:
    world.station()
    unknown = "00000000-0000-4000-8000-000000000000"
    asked = {"location_id": "NO", "tariff_plan_id": unknown, "quirk_profile": "no"}

    refused = [desk.ask("PATCH", "stations/BSK-01", {name: value})[1]["error"] for name, value in asked.items()]

    assert refused == ["location_not_found", "tariff_plan_not_found", "quirk_profile_not_found"]


def test_a_station_takes_a_plan_but_nobodys_private_one(desk: Desk) -> None:
    world.station()
    plan, private = world.plan(), world.plan("Private", default=False)
    type(private).objects.filter(pk=private.pk).update(is_private=True)

    shown = desk.ask("PATCH", "stations/BSK-01", {"tariff_plan_id": str(plan.public_id)})[1]["station"]

    assert shown["tariff_plan_id"] == str(plan.public_id)
    assert desk.ask("PATCH", "stations/BSK-01", {"tariff_plan_id": str(private.public_id)})[0] == 404


def test_a_key_is_shown_once(desk: Desk) -> None:
    made = world.station()

    answer = desk.raw("POST", "stations/BSK-01/key", **{"Idempotency-Key": "one"})

    body = answer.json()
    made.refresh_from_db()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    assert made.key_hash == hash_key(body["key"].encode())
    assert desk.raw("POST", "stations/BSK-01/key", **{"Idempotency-Key": "one"}).json()["key"] != body["key"]
    assert body["key"] not in str(desk.get("stations/BSK-01"))


def test_who_did_what_stands_in_the_history_of_the_admin(desk: Desk) -> None:
    desk.post("stations", **NEW)
    desk.ask("PATCH", "stations/BSK-09", {"model": "Y"})
    key = desk.post("stations/BSK-09/key")[1]["key"]
    Station.objects.update(epoch=1)
    desk.ask("DELETE", "stations/BSK-09")

    entries = LogEntry.objects.order_by("pk")
    assert [entry.action_flag for entry in entries] == [ADDITION, CHANGE, CHANGE, CHANGE]
    assert {entry.user for entry in entries} == {desk.person}
    assert "model" in entries[1].change_message
    assert key not in "".join(entry.change_message for entry in entries)


@pytest.mark.parametrize("history", ["none", "connected", "asked"])
def test_a_station_with_a_history_is_retired_and_one_without_is_gone(desk: Desk, history: str) -> None:
    made = world.station()
    if history == "connected":
        Station.objects.update(epoch=1)
    if history == "asked":
        Command.objects.create(station=made, intent="Reset", asked_by="x", asked_at=world.NOON, expires_at=world.NOON)

    status, body = desk.ask("DELETE", "stations/BSK-01")

    assert (status, body["retired"]) == (200, history != "none")
    left = list(Station.objects.values_list("service_state", "is_public"))
    assert left == ([] if history == "none" else [("retired", False)])
    assert made.connectors.count() == (0 if history == "none" else 2)


@pytest.mark.parametrize("code", ["%00", "x" * 300, "%F0%9F%92%A9", "'"], ids=range(4))
def test_odd_codes_are_nobodys(desk: Desk, code: str) -> None:
    assert desk.get(f"stations/{code}")[1]["error"] == "station_not_found"


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", "stations", "view_station"),
        ("POST", "stations", "add_station"),
        ("GET", "stations/BSK-01", "view_station"),
        ("PUT", "stations/BSK-01", "change_station"),
        ("PATCH", "stations/BSK-01", "change_station"),
        ("DELETE", "stations/BSK-01", "delete_station"),
        ("POST", "stations/BSK-01/key", "change_station"),
    ],
)
def test_each_method_needs_its_right_of_the_admin(method: str, path: str, right: str) -> None:
    world.station()
    without = {"view_station", "add_station", "change_station", "delete_station"} - {right}

    assert Desk(staff(*(f"stations.{one}" for one in sorted(without)))).ask(method, path)[0] == 403
    assert Desk(staff(f"stations.{right}")).ask(method, path)[0] != 403


def test_staff_of_a_company_see_and_keep_their_own_stations_alone() -> None:
    ours, others = (Company.objects.create(name=name, kind="host") for name in ("Ours", "Theirs"))
    world.station("OURS-1", at=world.location("OUR-PLACE", host=ours))
    world.station("THEIRS-1", at=world.location("THEIR-PLACE", host=others))
    world.station("NOBODYS-1")
    host = Desk(staff(*(f"stations.{verb}_station" for verb in ("view", "add", "change")), company=ours))

    assert [row["station_id"] for row in host.listed("stations")] == ["OURS-1"]
    for code in ("THEIRS-1", "NOBODYS-1"):
        assert host.get(f"stations/{code}")[1]["error"] == "station_not_found"
    assert host.post("stations", **NEW)[1]["error"] == "location_not_found"
    assert host.post("stations", **NEW, location_id="THEIR-PLACE")[1]["error"] == "location_not_found"
    assert host.ask("PATCH", "stations/OURS-1", {"location_id": None})[0] == 404
    assert host.post("stations", **NEW, location_id="OUR-PLACE")[0] == 201
