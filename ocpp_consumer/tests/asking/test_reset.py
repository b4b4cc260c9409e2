"""Reset: whatever became of its answer, the boot shows that it was done."""

import pytest

from ocpp_consumer.tests.asking.world import Effect, State, effect, outcome, reply, through_door
from ocpp_consumer.tests.server import Server, Talk, basic, in_db, make_station, talking
from stations.models import Command, Station

BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}


@pytest.mark.parametrize("kind", ["Hard", "Soft"])
async def test_it_resets_and_sees_the_boot(talk: Talk, station: Station, kind: str) -> None:
    command = await through_door(station, "Reset", {"type": kind})
    await reply(talk, "Reset", {"type": kind}, {"status": "Accepted"})
    assert (await outcome(command, State.ACCEPTED)).effect == Effect.EXPECTED
    await talk.ask("Heartbeat", {})
    assert (await in_db(Command.objects.get)(pk=command.pk)).effect == Effect.EXPECTED
    await talk.ask("BootNotification", BOOT)
    await effect(command, Effect.SEEN)


async def test_it_expects_nothing_of_a_no(talk: Talk, station: Station) -> None:
    command = await through_door(station, "Reset", {"type": "Soft"})
    await reply(talk, "Reset", {"type": "Soft"}, {"status": "Rejected"})
    assert (await outcome(command, State.REJECTED)).effect == Effect.NONE


async def test_it_sees_the_boot_although_the_socket_ended_before_the_answer(server: Server) -> None:
    station, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        command = await through_door(station, "Reset", {"type": "Hard"})
        await talk.hear()
    assert (await outcome(command, State.FAILED)).answer == {"error": "disconnected", "description": ""}
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("BootNotification", BOOT)
        await effect(command, Effect.SEEN)
