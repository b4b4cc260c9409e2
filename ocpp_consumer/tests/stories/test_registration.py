"""Before a station may work: gating, onboarding, and a first look at one that is accepted (ocpp16.md B1 to B8, R13)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import LazySettings

from drivepower.core.models import Alert
from ocpp_consumer import onboarding
from ocpp_consumer.tests.server import Server, Talk, basic, eventually, in_db, make_station, now, talking
from stations import commands
from stations.models import Command, ConfigurationKey, ConfigurationTemplate, ConnectorState, Station

BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}
REFUSED = [
    ("Heartbeat", {}),
    ("Authorize", {"idTag": "X"}),
    ("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"}),
    ("StartTransaction", {"connectorId": 1, "idTag": "X", "meterStart": 1, "timestamp": "2026-01-01T10:00:00Z"}),
    ("StopTransaction", {"transactionId": 1, "meterStop": 1, "timestamp": "2026-01-01T10:00:00Z"}),
    ("DataTransfer", {"vendorId": "x"}),
]


@asynccontextmanager
async def connected(server: Server, station: Station, key: str) -> AsyncIterator[Talk]:
    """A socket of that station."""
    async with talking(server, f"/ocpp/{station.identity}", headers=basic(station.identity, key)) as talk:
        yield talk


def ask(station: Station, intent: str, payload: dict[str, Any]) -> None:
    """An operator's wish."""
    at = datetime.now(UTC)
    fresh = Station.objects.get(pk=station.pk)
    commands.send(
        station=fresh, intent=intent, payload=payload, asked_by="staff:x", at=at, expires_at=at.replace(year=2199)
    )


async def obey(talk: Talk, values: dict[str, str], *, stubborn: tuple[str, ...] = ()) -> list[Any]:
    """Answer configuration calls as a station does, until something else is asked; what was asked."""
    asked = []
    while True:
        _, call_id, action, payload = await talk.hear()
        asked.append((action, payload))
        if action == "ChangeConfiguration":
            taken = payload["key"] not in stubborn
            values |= {payload["key"]: payload["value"]} if taken else {}
            await talk.send([3, call_id, {"status": "Accepted" if taken else "Rejected"}])
        elif action == "GetConfiguration":
            keys = payload.get("key") or list(values)
            said = [{"key": key, "readonly": False, "value": values.get(key, "")} for key in keys]
            await talk.send([3, call_id, {"configurationKey": said}])
        else:
            await talk.send([3, call_id, {"status": "Accepted"}])
            return asked


@pytest.mark.parametrize("registration", ["pending", "rejected"])
async def test_it_hears_nothing_but_boots_before_it_has_accepted(server: Server, registration: str) -> None:
    """R13: SecurityError for everything else, and nothing of it has an effect."""
    station, key = await in_db(make_station)("new", registration=registration)
    async with connected(server, station, key) as talk:
        answer = await talk.ask("BootNotification", BOOT)
        assert answer["status"] == registration.capitalize()
        assert answer["interval"] > 0
        for action, payload in REFUSED:
            await talk.send([2, action, action, payload])
            assert (await talk.hear())[:3] == [4, action, "SecurityError"]
    assert not await in_db(ConnectorState.objects.exists)()
    assert not await in_db(station.sessions.exists)()


async def test_it_hears_what_it_has_asked_a_waiting_station_for(server: Server) -> None:
    """B2: a message that we triggered is answered while Pending; others are still refused."""
    station, key = await in_db(make_station)("new", registration="pending")
    async with connected(server, station, key) as talk:
        await talk.ask("BootNotification", BOOT)
        await in_db(ask)(station, "trigger", {"message": "StatusNotification"})
        call = await talk.hear()
        assert call[2] == "TriggerMessage"
        await talk.send([3, call[1], {"status": "Accepted"}])
        said = {"connectorId": 0, "errorCode": "NoError", "status": "Available"}
        assert await talk.ask("StatusNotification", said) == {}
        await talk.send([2, "1", "Heartbeat", {}])
        assert (await talk.hear())[2] == "SecurityError"
    assert (await in_db(ConnectorState.objects.get)()).number == 0


@pytest.mark.parametrize(("registration", "intent"), [("pending", "start_charging"), ("rejected", "trigger")])
async def test_it_asks_nothing_that_the_registration_forbids(server: Server, registration: str, intent: str) -> None:
    """B2 and B3: no remote start while Pending, nothing at all once Rejected."""
    station, key = await in_db(make_station)("new", registration=registration)
    async with connected(server, station, key) as talk:
        await talk.ask("BootNotification", BOOT)
        await in_db(ask)(station, intent, {"id_tag": "X", "message": "Heartbeat"})
        command = await eventually(lambda: Command.objects.filter(state="failed").first(), "it is not sent")
        assert command.answer == {"error": "station_not_accepted"}


async def test_it_keeps_all_nine_fields_however_long(server: Server) -> None:
    """B8: longer than the specification allows, empty ones left out."""
    station, key = await in_db(make_station)("new")
    names = ("chargePointSerialNumber", "chargeBoxSerialNumber", "firmwareVersion", "iccid", "imsi", "meterType")
    boot = {name: name * 5 for name in (*BOOT, *names)} | {"meterSerialNumber": "", "color": "red"}
    async with connected(server, station, key) as talk:
        assert (await talk.ask("BootNotification", boot))["status"] == "Accepted"
    seen = (await in_db(Station.objects.select_related("seen").get)(pk=station.pk)).seen
    assert seen.boot == {name: name * 5 for name in (*BOOT, *names)}


def make_template(**fields: Any) -> None:
    """What is wanted of a new station of that vendor."""
    wanted = {"HeartbeatInterval": "300", "MeterValueSampleInterval": 60}
    ConfigurationTemplate.objects.create(name="New", vendor="vend*", wanted=wanted, is_for_onboarding=True, **fields)


async def test_it_accepts_a_station_that_has_taken_its_template(server: Server) -> None:
    """B4: Pending, every value set and read back, accepted, and told to boot once more."""
    await in_db(make_template)()
    station, key = await in_db(make_station)("new", registration="pending")
    values = {"HeartbeatInterval": "10", "MeterValueSampleInterval": "900", "Other": "x"}
    async with connected(server, station, key) as talk:
        assert (await talk.ask("BootNotification", BOOT))["status"] == "Pending"
        asked = await obey(talk, values)
        assert asked[-1] == ("TriggerMessage", {"requestedMessage": "BootNotification"})
        set_keys = [payload["key"] for action, payload in asked if action == "ChangeConfiguration"]
        read_keys = [key for action, payload in asked if action == "GetConfiguration" for key in payload["key"]]
        assert sorted(set_keys) == sorted(read_keys) == ["HeartbeatInterval", "MeterValueSampleInterval"]
        assert (await talk.ask("BootNotification", BOOT))["status"] == "Accepted"
        assert await talk.ask("Heartbeat", {})
    assert values["MeterValueSampleInterval"] == "60"
    rows = await in_db(lambda: dict(ConfigurationKey.objects.values_list("key", "value")))()
    assert rows == {"HeartbeatInterval": "300", "MeterValueSampleInterval": "60"}


async def test_it_goes_on_with_onboarding_after_the_socket_was_lost(server: Server) -> None:
    """What was done is in the tables: the next Boot, or the sweep, goes on from there."""
    await in_db(make_template)()
    station, key = await in_db(make_station)("new", registration="pending")
    values: dict[str, str] = {}
    async with connected(server, station, key) as talk:
        await talk.ask("BootNotification", BOOT)
        call = await talk.hear()
        values[call[3]["key"]] = call[3]["value"]
        await talk.send([3, call[1], {"status": "Accepted"}])
        await eventually(lambda: ConfigurationKey.objects.exists(), "one value is noted")
    async with connected(server, station, key) as talk:
        await in_db(Command.objects.filter(state__in=["queued", "sent"]).update)(state="timed_out", sent_at=None)
        await in_db(onboarding.sweep)(at=datetime.now(UTC))
        asked = await obey(talk, values)
        assert asked[-1][0] == "TriggerMessage"
        assert (await talk.ask("BootNotification", BOOT))["status"] == "Accepted"


async def test_it_leaves_a_station_that_refuses_a_value_to_a_person(server: Server) -> None:
    """It stays Pending, an alert names the key; what a person changes is found by the sweep."""
    await in_db(make_template)()
    station, key = await in_db(make_station)("new", registration="pending")
    async with connected(server, station, key) as talk:
        await talk.ask("BootNotification", BOOT)
        values = {"HeartbeatInterval": "10", "MeterValueSampleInterval": "900"}
        while True:  # two to set, and the one that was taken to read back
            _, call_id, action, payload = await talk.hear()
            if action == "ChangeConfiguration":
                is_taken = payload["key"] == "HeartbeatInterval"
                values |= {payload["key"]: payload["value"]} if is_taken else {}
                await talk.send([3, call_id, {"status": "Accepted" if is_taken else "Rejected"}])
            else:
                said = [{"key": name, "readonly": False, "value": values[name]} for name in payload["key"]]
                await talk.send([3, call_id, {"configurationKey": said}])
                break
        alert = await eventually(Alert.objects.open().filter(kind="onboarding_stuck").first, "the alert")
        assert "MeterValueSampleInterval" in alert.text
        await in_db(ConfigurationTemplate.objects.update)(wanted={"HeartbeatInterval": "300"})
        await in_db(onboarding.sweep)(at=datetime.now(UTC))
        assert (await obey(talk, values))[-1][0] == "TriggerMessage"
        assert (await talk.ask("BootNotification", BOOT))["status"] == "Accepted"
    assert not await in_db(Alert.objects.open().exists)()


async def test_it_waits_for_an_operator_where_no_template_fits(server: Server) -> None:
    """No template, nothing asked."""
    await in_db(make_template)(model="another")
    station, key = await in_db(make_station)("new", registration="pending")
    async with connected(server, station, key) as talk:
        await talk.ask("BootNotification", BOOT)
        assert await in_db(onboarding.sweep)(at=datetime.now(UTC)) == 1
        assert (await talk.ask("BootNotification", BOOT))["status"] == "Pending"
    assert not await in_db(Command.objects.exists)()


async def test_it_asks_for_nothing_unasked(talk: Talk) -> None:
    """Certification tools fail whoever does."""
    await talk.ask("BootNotification", BOOT)
    await eventually(lambda: Station.objects.filter(vendor="Vendor").exists(), "the boot is copied")
    assert await talk.ask("Heartbeat", {})
    assert not await in_db(Command.objects.exists)()


async def test_it_reads_what_was_never_read_where_that_is_switched_on(server: Server, settings: LazySettings) -> None:
    """T10: the configuration and the statuses of a station that is new to us, once."""
    settings.OCPP_AUTO_PROVISION = True
    station, key = await in_db(make_station)("new")
    async with connected(server, station, key) as talk:
        await talk.ask("BootNotification", BOOT)
        asked = dict([(await answer(talk)) for _ in range(2)])
        assert asked == {"GetConfiguration": {}, "TriggerMessage": {"requestedMessage": "StatusNotification"}}
        await talk.ask("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"})
        await eventually(lambda: ConfigurationKey.objects.exists(), "the configuration is read")
        await talk.ask("BootNotification", BOOT)
        assert await talk.ask("Heartbeat", {})
    assert await in_db(Command.objects.count)() == 2


async def answer(talk: Talk) -> tuple[str, Any]:
    """Answer one call; its action and payload."""
    _, call_id, action, payload = await talk.hear()
    said = {"configurationKey": [{"key": "A", "readonly": True, "value": now()}]}
    await talk.send([3, call_id, said if action == "GetConfiguration" else {"status": "Accepted"}])
    return action, payload
