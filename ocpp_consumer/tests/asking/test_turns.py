"""One request at a time: who waits for its turn may expire, and then never goes out."""

from datetime import timedelta

from django.utils import timezone

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.asking.world import Effect, State, outcome, reply, through_door
from ocpp_consumer.tests.server import Server, Talk, basic, in_db, make_station, talking
from ocpp_consumer.v16.door import ask
from stations import commands
from stations.models import Command, Station


async def test_it_never_sends_what_expired_while_it_waited_for_its_turn(talk: Talk, station: Station) -> None:
    await through_door(station, "ClearCache", {})
    first = await talk.hear()
    at = timezone.now()
    late = await in_db(ask)(
        station=station,
        action="Reset",
        payload={"type": "Soft"},
        asked_by="staff:1",
        at=at,
        expires_at=at + timedelta(seconds=2),
    )
    expired = await outcome(late, State.TIMED_OUT)
    assert (expired.answer, expired.effect) == ({}, Effect.NONE)
    await talk.send([3, first[1], {"status": "Accepted"}])
    await through_door(station, "GetConfiguration", {})
    await reply(talk, "GetConfiguration", {}, {})
    assert not await in_db(Frame.objects.filter(action="Reset").exists)()


async def test_it_never_sends_what_expired_while_the_station_was_away(server: Server) -> None:
    station, key = await in_db(make_station)()
    at = timezone.now()
    for intent, expires_at in (("Reset", at), ("ClearCache", at + timedelta(seconds=60))):
        await in_db(commands.send)(
            station=station, intent=intent, payload={}, asked_by="system", expires_at=expires_at, at=at
        )
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await reply(talk, "ClearCache", {}, {"status": "Accepted"})
    await in_db(commands.sweep_commands)(at=timezone.now())
    assert await in_db(Command.objects.filter(intent="Reset", state=State.TIMED_OUT, sent_at=None).exists)()
