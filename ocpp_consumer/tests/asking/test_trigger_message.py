"""TriggerMessage: its effect is the message, and a connector is named only where the message has one."""

from typing import Any

import pytest

from ocpp_consumer.tests.asking.world import (
    Effect,
    State,
    connectors,
    effect,
    outcome,
    problems,
    reply,
    through_door,
)
from ocpp_consumer.tests.server import Server, Talk, basic, in_db, make_station, now, talking
from stations.models import Command, Station

STATUS = {"status": "Available", "errorCode": "NoError"}
BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}


@pytest.mark.parametrize(
    ("message", "number", "coming"),
    [
        ("MeterValues", 1, {"connectorId": 1, "meterValue": []}),
        ("MeterValues", None, {"connectorId": 2, "meterValue": []}),
        ("Heartbeat", None, {}),
        ("StatusNotification", 1, {"connectorId": 1, **STATUS}),
        ("StatusNotification", None, {"connectorId": 0, **STATUS}),
        ("DiagnosticsStatusNotification", None, {"status": "Idle"}),
        ("FirmwareStatusNotification", None, {"status": "Idle"}),
    ],
)
async def test_it_sees_the_message_that_it_asked_for(
    talk: Talk, station: Station, message: str, number: int | None, coming: dict[str, Any]
) -> None:
    payload = {"requestedMessage": message} | ({"connectorId": number} if number else {})
    command = await through_door(station, "TriggerMessage", payload)
    await reply(talk, "TriggerMessage", payload, {"status": "Accepted"})
    assert (await outcome(command, State.ACCEPTED)).effect == Effect.EXPECTED
    await talk.ask(message, coming)
    await effect(command, Effect.SEEN)


async def test_it_is_not_content_with_another_connector(talk: Talk, station: Station) -> None:
    payload = {"requestedMessage": "MeterValues", "connectorId": 1}
    command = await through_door(station, "TriggerMessage", payload)
    await reply(talk, "TriggerMessage", payload, {"status": "Accepted"})
    await talk.ask("MeterValues", {"connectorId": 2, "meterValue": []})
    await talk.ask("StatusNotification", {"connectorId": 1, "timestamp": now(), **STATUS})
    await talk.ask("Heartbeat", {})
    assert (await in_db(Command.objects.get)(pk=command.pk)).effect == Effect.EXPECTED


async def test_it_takes_an_ordinary_message_for_no_effect_of_what_was_refused(talk: Talk, station: Station) -> None:
    command = await through_door(station, "TriggerMessage", {"requestedMessage": "Heartbeat"})
    call = await talk.hear()
    await talk.ask("Heartbeat", {})
    await effect(command, Effect.SEEN)
    await talk.send([3, call[1], {"status": "Rejected"}])
    assert (await outcome(command, State.REJECTED)).effect == Effect.NONE


@pytest.mark.parametrize("word", ["Rejected", "NotImplemented"])
async def test_it_expects_nothing_of_a_no(talk: Talk, station: Station, word: str) -> None:
    payload = {"requestedMessage": "FirmwareStatusNotification"}
    command = await through_door(station, "TriggerMessage", payload)
    await reply(talk, "TriggerMessage", payload, {"status": word})
    assert (await outcome(command, State.REJECTED)).effect == Effect.NONE


async def test_it_names_a_connector_only_where_there_is_one(talk: Talk, station: Station) -> None:
    await connectors(station, 1)
    sentences = {
        ("Heartbeat", 1): "Heartbeat has no connector: leave connectorId out.",
        ("MeterValues", 0): "connectorId is 1 or more here.",
        ("StatusNotification", 2): f"Station {station.code} has no connector 2.",
    }
    for (message, number), sentence in sentences.items():
        payload = {"requestedMessage": message, "connectorId": number}
        assert await problems(station, "TriggerMessage", payload) == sentence


async def test_it_asks_for_a_connector_that_is_not_there_on_purpose(talk: Talk, station: Station) -> None:
    await connectors(station, 1)
    payload = {"requestedMessage": "MeterValues", "connectorId": 2}
    command = await through_door(station, "TriggerMessage", payload, force=True)
    await reply(talk, "TriggerMessage", payload, {"status": "Rejected"})
    await outcome(command, State.REJECTED)


async def test_it_asks_for_no_boot_of_an_accepted_station(talk: Talk, station: Station) -> None:
    said = await problems(station, "TriggerMessage", {"requestedMessage": "BootNotification"})
    assert said == "A station that is accepted is not asked to boot again (E 3.40)."


async def test_it_asks_a_waiting_station_to_boot(server: Server) -> None:
    station, key = await in_db(make_station)(registration=Station.Registration.PENDING)
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        command = await through_door(station, "TriggerMessage", {"requestedMessage": "BootNotification"})
        await reply(talk, "TriggerMessage", {"requestedMessage": "BootNotification"}, {"status": "Accepted"})
        await talk.ask("BootNotification", BOOT)
        await effect(command, Effect.SEEN)
