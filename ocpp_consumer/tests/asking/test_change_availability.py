"""ChangeAvailability: its effect is a status of that connector, for Scheduled whenever it comes."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

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
from ocpp_consumer.tests.server import PATIENCE, Server, Talk, basic, eventually, in_db, make_station, now, talking
from stations.commands import EFFECT_PATIENCE, SCHEDULED_PATIENCE, sweep_commands
from stations.models import Command, ConnectorState, Station


async def say(talk: Talk, number: int, status: str) -> None:
    """The station's status."""
    said = {"connectorId": number, "status": status, "errorCode": "NoError", "timestamp": now()}
    await talk.ask("StatusNotification", said)


@pytest.mark.parametrize("number", [0, 1])
async def test_it_sees_the_status_that_was_asked_for(talk: Talk, station: Station, number: int) -> None:
    payload = {"connectorId": number, "type": "Inoperative"}
    command = await through_door(station, "ChangeAvailability", payload)
    await reply(talk, "ChangeAvailability", payload, {"status": "Accepted"})
    await outcome(command, State.ACCEPTED)
    await say(talk, number, "Preparing")
    await say(talk, 2, "Unavailable")
    assert (await in_db(Command.objects.get)(pk=command.pk)).effect == Effect.EXPECTED
    await say(talk, number, "Unavailable")
    await effect(command, Effect.SEEN)


async def test_it_waits_for_the_end_of_a_session(talk: Talk, station: Station) -> None:
    payload = {"connectorId": 1, "type": "Inoperative"}
    command = await through_door(station, "ChangeAvailability", payload)
    await reply(talk, "ChangeAvailability", payload, {"status": "Scheduled"})
    await outcome(command, State.ACCEPTED)
    await in_db(sweep_commands)(at=timezone.now() + EFFECT_PATIENCE + timedelta(hours=3))
    await say(talk, 1, "Unavailable")
    await effect(command, Effect.SEEN)


async def test_it_does_not_wait_for_ever(talk: Talk, station: Station) -> None:
    payload = {"connectorId": 1, "type": "Inoperative"}
    command = await through_door(station, "ChangeAvailability", payload)
    await reply(talk, "ChangeAvailability", payload, {"status": "Scheduled"})
    await outcome(command, State.ACCEPTED)
    await in_db(sweep_commands)(at=timezone.now() + SCHEDULED_PATIENCE)
    await effect(command, Effect.NOT_SEEN)


async def test_it_expects_no_status_where_nothing_changes(talk: Talk, station: Station) -> None:
    await say(talk, 1, "Unavailable")
    await eventually(ConnectorState.objects.filter(number=1).exists, "the status is stored")
    command = await through_door(station, "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    assert command.effect == Effect.NONE
    back = await through_door(station, "ChangeAvailability", {"connectorId": 1, "type": "Operative"})
    assert back.awaits == "status:1:Available"


async def test_it_knows_the_connectors(talk: Talk, station: Station) -> None:
    await connectors(station, 0, 1, 2)
    for number in (3, -1):
        said = await problems(station, "ChangeAvailability", {"connectorId": number, "type": "Operative"})
        assert said in {f"Station {station.code} has no connector 3.", "connectorId is 0 or more here."}


async def test_it_sees_after_a_reboot_what_was_promised_before(server: Server) -> None:
    station, key = await in_db(make_station)()
    payload = {"connectorId": 1, "type": "Inoperative"}
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        command = await through_door(station, "ChangeAvailability", payload)
        await reply(talk, "ChangeAvailability", payload, {"status": "Scheduled"})
        await outcome(command, State.ACCEPTED)
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"})
        # A boot is answered before what it is a sign of is looked up: the station says how it is until that is done.
        async with asyncio.timeout(PATIENCE):
            while (await in_db(Command.objects.get)(pk=command.pk)).effect != Effect.SEEN:
                await say(talk, 1, "Unavailable")
