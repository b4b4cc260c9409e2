"""Asking a station from its admin page, by whom may, and what the page shows of it."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from accounts.models import User
from charging.models import Session
from ocpp_consumer.admin.dialogs import DIALOGS, SAFE
from ocpp_consumer.tasks import forget_secrets
from ocpp_consumer.tests.server import make_station
from stations import commands
from stations.models import Command, ConfigurationKey, ConfigurationTemplate, Connector, Gateway, Station

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
    found: list[str] = re.findall(rf'hx-get="([^"]*/{name}/?)"', page)
    return found[0]


def ledger_of(command: Command) -> str:
    """Where its steps are told."""
    return f"/admin/stations/station/{command.station_id}/ledger/{command.public_id}/"


def raw(action: str, payload: str, **more: str) -> dict[str, str]:
    """The expert's form, its danger confirmed."""
    return {"action": action, "payload": payload, "confirmed": "yes", **more}


def test_it_asks_the_station_and_shows_its_ledger(station: Station) -> None:
    client = browser("view_station", "add_command", "view_command")
    link = dialog(client, station, "Reset")
    assert '<option value="Hard">' in client.get(link).text
    page = client.post(link, {"type": "Soft", "confirmed": "yes"}).text
    command = Command.objects.get()
    assert f'data-ledger="{ledger_of(command)}"' in page
    assert (command.intent, command.payload, command.is_forced) == ("Reset", {"type": "Soft"}, False)
    assert command.asked_by == f"staff:{User.objects.get().public_id}"
    told = client.get(ledger_of(command)).json()
    assert [step["tone"] for step in told["steps"]] == ["done", "wait", "none", "none"]
    assert not told["over"]


ONE = "1 charge runs there now."


@pytest.mark.parametrize(
    ("action", "said", "warning"),
    [
        ("Reset", {"type": "Hard"}, f"what was not sent yet may be lost. {ONE}"),
        ("Reset", {"type": "Soft"}, f"ends its charges first, restarts, and is away for some minutes. {ONE}"),
        ("ChangeAvailability", {"connectorId": "0", "type": "Inoperative"}, f"charges that run end first. {ONE}"),
        ("ChangeAvailability", {"connectorId": "1", "type": "Inoperative"}, f"charges that run end first. {ONE}"),
        ("ChangeAvailability", {"connectorId": "2", "type": "Inoperative"}, "end first. No car charges there now."),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "9"}, f"or keep it from coming back. {ONE}"),
        ("RemoteStopTransaction", {"transactionId": "12"}, "One charge ends now"),
        ("ClearCache", {}, "It forgets every card"),
    ],
    ids=["hard", "soft", "station", "charging", "free", "key", "stop", "cache"],
)
def test_it_has_what_is_dangerous_confirmed_first(
    station: Station, action: str, said: dict[str, str], warning: str
) -> None:
    first, _second = (Connector.objects.create(station=station, number=number) for number in (1, 2))
    Session.objects.create(
        station=station, connector=first, ocpp_id="12", state="active", asked_by="card", started_at=timezone.now()
    )
    client = browser("view_station", "add_command")
    link = dialog(client, station, f"ask/{action}")
    page = client.post(link, said).text
    assert warning in page
    assert 'name="confirmed"' in page
    assert not Command.objects.exists()
    client.post(link, {**said, "confirmed": "yes"})
    assert Command.objects.get().intent == action


def test_it_puts_a_connector_in_operation_without_a_question(station: Station) -> None:
    Connector.objects.create(station=station, number=1)
    client = browser("view_station", "add_command")
    client.post(dialog(client, station, "ask/ChangeAvailability"), {"connectorId": "1", "type": "Operative"})
    assert Command.objects.get().payload == {"connectorId": 1, "type": "Operative"}


def test_it_says_what_is_wrong_and_sends_it_once_that_is_confirmed(station: Station) -> None:
    client = browser("view_station", "add_command")
    link = dialog(client, station, "raw")
    said = raw("UnlockConnector", '{"connectorId": 0}')
    page = client.post(link, said)
    assert "connectorId is 1 or more here." in page.text
    assert not Command.objects.exists()
    client.post(link, {**said, "force": "yes"})
    assert Command.objects.get().is_forced


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"connectorId": 0}, "connectorId здесь не меньше 1."),
        ({"connectorId": 7}, "У станции NEW-1 нет коннектора 7."),
        ({"connectorId": "1"}, "connectorId: не тот тип."),
        ({"connectorId": 1, "more": 1}, "Содержимое: есть поле, которого спецификация не знает."),
        ({}, "connectorId: не указано."),
        ({"connectorId": 1, "x": "-----BEGIN PRIVATE KEY-----"}, "Там закрытый ключ"),
    ],
    ids=["lowest", "none", "type", "field", "missing", "forbidden"],
)
def test_it_says_so_in_the_readers_language(station: Station, payload: dict[str, Any], said: str) -> None:
    Connector.objects.create(station=station, number=1)
    Station.objects.update(code="NEW-1")
    client = browser("view_station", "add_command")
    link, wish = dialog(client, station, "raw"), raw("UnlockConnector", json.dumps(payload))
    assert said not in client.post(link, wish).text
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    assert said in client.post(link, wish).text


def test_it_says_in_the_readers_language_that_the_station_is_away(station: Station) -> None:
    client = browser("view_station", "add_command")
    link = dialog(client, station, "TriggerMessage")
    Station.objects.update(code="NEW-1", gateway=None)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    page = client.post(link, {"requestedMessage": "Heartbeat"}).text
    assert "Станция NEW-1 не на связи." in page


@pytest.mark.parametrize("payload", ["{", "[]", "7"])
def test_it_takes_json_objects_only(station: Station, payload: str) -> None:
    client = browser("view_station", "add_command")
    client.post(dialog(client, station, "raw"), raw("ClearCache", payload, force="yes"))
    assert not Command.objects.exists()


def test_it_asks_nothing_for_who_may_send_no_command(station: Station) -> None:
    client = browser("view_station", "change_station")
    page = client.get(f"/admin/stations/station/{station.pk}/change/").text
    for name in ("ask/raw", "ask/TriggerMessage", "read_configuration", "apply_template", "check"):
        assert f"/{name}" not in page
        link = f"/admin/stations/station/{station.pk}/{name}/"
        said = {"_form_submitted": "True", "requestedMessage": "Heartbeat", **raw("ClearCache", "{}")}
        assert client.post(link, said, follow=True).status_code in (403, 404)
    assert not Command.objects.exists()


def test_it_lets_support_send_what_is_safe_and_nothing_else(station: Station) -> None:
    about = ContentType.objects.get_for_model(Command)
    Permission.objects.get_or_create(content_type=about, codename="send_safe_command", defaults={"name": "x"})
    client = browser("view_station", "send_safe_command")
    page = client.get(f"/admin/stations/station/{station.pk}/change/").text
    shown = set(re.findall(r"/ask/(\w+)/", page))
    assert shown == SAFE
    assert "/check/" in page
    for name in set(DIALOGS) - SAFE:
        assert client.get(f"/admin/stations/station/{station.pk}/ask/{name}/").status_code == 403
    link = f"/admin/stations/station/{station.pk}/ask/UnlockConnector/"
    connector = Connector.objects.create(station=station, number=1)
    Session.objects.create(
        station=station, connector=connector, state="active", asked_by="card", started_at=timezone.now()
    )
    refused = client.post(link, {"connectorId": "1", "force": "yes", "confirmed": "yes"})
    assert "A car charges at connector 1" in refused.text
    assert not Command.objects.exists()
    client.post(f"/admin/stations/station/{station.pk}/ask/TriggerMessage/", {"requestedMessage": "Heartbeat"})
    assert Command.objects.get().awaits == "Heartbeat"


def test_it_shows_no_secret_that_was_sent(station: Station) -> None:
    client = browser("view_station", "add_command", "view_command")
    payload = '{"vendorId": "X", "data": "ftp://user:hush@files.example password: hush <b>"}'
    client.post(dialog(client, station, "raw"), raw("DataTransfer", payload))
    command = Command.objects.get()
    page = client.get(f"/admin/stations/command/{command.pk}/change/").text
    assert "files.example" in page
    assert "hush" not in page
    assert "<b>" not in page
    assert "hush" in command.payload["data"]


def test_it_forgets_a_secret_that_was_never_sent(station: Station) -> None:
    client = browser("view_station", "add_command")
    said = {"key": "WifiPassword", "value": "hush", "confirmed": "yes"}
    client.post(dialog(client, station, "ChangeConfiguration"), said)
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
    page = client.get(f"/admin/stations/station/{station.pk}/change/?tab=settings").text
    assert "HeartbeatInterval: &lt;60&gt; → 300" in page
    client.post(dialog(client, station, "apply_template"), {"_form_submitted": "True"})
    command = Command.objects.get()
    assert (command.intent, command.awaits) == ("set_configuration", "configuration:HeartbeatInterval")


def test_it_says_that_there_is_nothing_to_apply(station: Station) -> None:
    ConfigurationTemplate.objects.create(name="T", wanted={"HeartbeatInterval": "300"})
    ConfigurationKey.objects.create(station=station, key="HeartbeatInterval", value="300", read_at=timezone.now())
    client = browser("view_station", "add_command")
    client.post(dialog(client, station, "apply_template"), {"_form_submitted": "True"})
    assert "Nothing differs from its template." in client.get(f"/admin/stations/station/{station.pk}/change/").text
    assert not Command.objects.exists()


def test_it_has_the_connection_closed(station: Station) -> None:
    client = browser("view_station", "add_command")
    link = dialog(client, station, "disconnect")
    client.post(link, {"_form_submitted": "True"})
    assert Command.objects.get().intent == "disconnect"
    Station.objects.update(gateway=None)
    client.post(link, {"_form_submitted": "True"})
    assert Command.objects.count() == 1
    assert "The station is not connected." in client.get(f"/admin/stations/station/{station.pk}/change/").text
    client.cookies["django_language"] = "ru"
    client.post(link, {"_form_submitted": "True"})
    assert "Станция не подключена." in client.get(f"/admin/stations/station/{station.pk}/change/").text


def test_it_reads_the_configuration(station: Station) -> None:
    client = browser("view_station", "add_command")
    client.post(dialog(client, station, "read_configuration"), {"_form_submitted": "True"})
    command = Command.objects.get()
    assert (command.intent, command.payload) == ("read_configuration", {"keys": []})
    assert "The station is asked" in client.get(f"/admin/stations/station/{station.pk}/change/").text


def test_it_names_the_person_who_asked_and_cuts_what_nobody_reads(station: Station) -> None:
    client = browser("view_station", "add_command", "view_command")
    client.post(dialog(client, station, "raw"), raw("DataTransfer", LONG, force="yes"))
    command = Command.objects.get()
    assert len(str(command.payload)) > 1_000_000
    for path in ("", f"{command.pk}/change/"):
        page = client.get(f"/admin/stations/command/{path}").text
        assert "daniyar@example.com" in page
        assert str(User.objects.get().public_id) not in page
    assert "cut: 10000" in page
    assert len(page) < 200_000
