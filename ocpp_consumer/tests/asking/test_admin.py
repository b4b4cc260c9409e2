"""Asking a station from its admin page, by whom may, and what the page shows of it."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import User
from ocpp_consumer.tasks import forget_secrets
from ocpp_consumer.tests.server import make_station
from stations import commands
from stations.models import Command, ConfigurationKey, ConfigurationTemplate, Gateway, Station

pytestmark = pytest.mark.django_db
LONG = json.dumps({"vendorId": "x", "data": "y" * 1_000_000})


@pytest.fixture
def station() -> Station:
    """A station that is online, with no server that would take its commands."""
    at = timezone.now()
    gateway = Gateway.objects.create(process="web-1", started_at=at, renewed_at=at)
    made, _ = make_station()
    Station.objects.filter(pk=made.pk).update(gateway=gateway, connected_at=at)
    return made


def browser(*permissions: str) -> Client:
    """A browser of staff with these permissions and no more."""
    person = User.objects.create_user(email="daniyar@example.com", role="staff")
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    return client


def dialog(client: Client, station: Station, name: str) -> str:
    """The address of a dialog on the station's page."""
    page = client.get(f"/admin/stations/station/{station.pk}/change/").text
    found: list[str] = re.findall(rf'hx-get="([^"]*/{name}[^"]*)"', page)
    return found[0]


def test_it_asks_the_station(station: Station) -> None:
    client = browser("view_station", "add_command", "view_command")
    link = dialog(client, station, "ask")
    form = client.get(link).text
    assert "Send it although it breaks a rule" in form
    assert re.search(r"<textarea[^>]*>\s*{}</textarea>", form)
    said = {"_form_submitted": "True", "action": "Reset", "payload": '{"type": "Soft"}'}
    response = client.post(link, said)
    command = Command.objects.get()
    assert response["HX-Redirect"] == f"/admin/stations/command/{command.pk}/change/"
    assert (command.intent, command.payload, command.is_forced) == ("Reset", {"type": "Soft"}, False)
    assert command.asked_by == f"staff:{User.objects.get().public_id}"
    assert client.get(response["HX-Redirect"]).status_code == 200


def test_it_says_what_is_wrong_and_sends_it_once_that_is_confirmed(station: Station) -> None:
    client = browser("view_station", "add_command")
    link = dialog(client, station, "ask")
    said = {"_form_submitted": "True", "action": "UnlockConnector", "payload": '{"connectorId": 0}'}
    page = client.post(link, said)
    assert "connectorId is 1 or more here." in page.text
    assert not Command.objects.exists()
    client.post(link, {**said, "force": "on"})
    assert Command.objects.get().is_forced


@pytest.mark.parametrize("payload", ["{", "[]", "7"])
def test_it_takes_json_objects_only(station: Station, payload: str) -> None:
    client = browser("view_station", "add_command")
    link = dialog(client, station, "ask")
    client.post(link, {"_form_submitted": "True", "action": "ClearCache", "payload": payload, "force": "on"})
    assert not Command.objects.exists()


def test_it_asks_nothing_for_who_may_send_no_command(station: Station) -> None:
    client = browser("view_station", "change_station")
    page = client.get(f"/admin/stations/station/{station.pk}/change/").text
    for name in ("ask", "read_configuration", "apply_template"):
        assert f"/{name}" not in page
        link = f"/admin/stations/station/{station.pk}/{name}/"
        said = {"_form_submitted": "True", "action": "ClearCache", "payload": "{}"}
        assert client.post(link.rstrip("/"), said).status_code != 200
    assert not Command.objects.exists()


def test_it_shows_no_secret_that_was_sent(station: Station) -> None:
    client = browser("view_station", "add_command", "view_command")
    link = dialog(client, station, "ask")
    payload = '{"vendorId": "X", "data": "ftp://user:hush@files.example password: hush <b>"}'
    shown = client.post(link, {"_form_submitted": "True", "action": "DataTransfer", "payload": payload})
    page = client.get(shown["HX-Redirect"]).text
    assert "files.example" in page
    assert "hush" not in page
    assert "<b>" not in page
    assert "hush" in Command.objects.get().payload["data"]


def test_it_forgets_a_secret_that_was_never_sent(station: Station) -> None:
    client = browser("view_station", "add_command")
    payload = '{"key": "WifiPassword", "value": "hush"}'
    said = {"_form_submitted": "True", "action": "ChangeConfiguration", "payload": payload}
    client.post(dialog(client, station, "ask"), said)
    assert forget_secrets() == 0
    assert Command.objects.get().payload["value"] == "hush"  # it may still have to be sent
    assert commands.sweep_commands(at=timezone.now() + timedelta(minutes=2)) == 1
    assert forget_secrets() == 1
    assert Command.objects.get().payload == {"key": "WifiPassword", "value": "***"}


def test_it_calls_an_absent_feature_absent(station: Station) -> None:
    at = timezone.now()
    answer = {"error": "NotSupported", "description": ""}
    Command.objects.create(
        station=station, intent="ClearCache", asked_by="x", asked_at=at, expires_at=at, state="failed", answer=answer
    )
    assert "The station has no such feature." in browser("view_command").get("/admin/stations/command/").text


def test_it_shows_drift_and_applies_the_template(station: Station) -> None:
    ConfigurationTemplate.objects.create(name="T", wanted={"HeartbeatInterval": "300"})
    ConfigurationKey.objects.create(station=station, key="HeartbeatInterval", value="<60>", read_at=timezone.now())
    client = browser("view_station", "add_command")
    page = client.get(f"/admin/stations/station/{station.pk}/change/").text
    assert "HeartbeatInterval: &lt;60&gt; → 300" in page
    client.post(dialog(client, station, "apply_template"), {"_form_submitted": "True"})
    command = Command.objects.get()
    assert (command.intent, command.awaits) == ("set_configuration", "configuration:HeartbeatInterval")


def test_it_reads_the_configuration(station: Station) -> None:
    client = browser("view_station", "add_command")
    client.post(dialog(client, station, "read_configuration"), {"_form_submitted": "True"})
    command = Command.objects.get()
    assert (command.intent, command.payload) == ("read_configuration", {"keys": []})


def test_it_names_the_person_who_asked_and_cuts_what_nobody_reads(station: Station) -> None:
    client = browser("view_station", "add_command", "view_command")
    link = dialog(client, station, "ask")
    client.post(link, {"_form_submitted": "True", "action": "DataTransfer", "payload": LONG, "force": "on"})
    command = Command.objects.get()
    assert len(str(command.payload)) > 1_000_000
    for path in ("", f"{command.pk}/change/"):
        page = client.get(f"/admin/stations/command/{path}").text
        assert "daniyar@example.com" in page
        assert str(User.objects.get().public_id) not in page
    assert "cut: 10000" in page
    assert len(page) < 200_000
