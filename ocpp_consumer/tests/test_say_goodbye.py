"""A goodbye of ours that the peer does not answer: the socket's end is read all the same, and nothing hangs on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.db import connection

from ocpp_consumer import gateway
from ocpp_consumer.conversation import Conversation
from ocpp_consumer.line import LONGEST
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.asking.world import intend, outcome
from ocpp_consumer.tests.holding import held
from ocpp_consumer.tests.server import Server, Talk, eventually
from stations.models import Command, Station


def lock_tags() -> None:
    """What an Authorize waits for."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_idtag IN ACCESS EXCLUSIVE MODE")


def conversation_of(station: Station) -> Conversation:
    """Our side of the station's socket."""
    opened = (task.result().conversations for task in gateway._gateways.values() if task.done())
    return next(held[station.pk] for held in opened if station.pk in held)


async def close_unheard(server: Server, talk: Talk, station: Station) -> None:
    """Say goodbye to a station that reads nothing any more."""
    talk.socket.transport.pause_reading()
    closing = conversation_of(station).close(1012, "restarting")
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(closing, server.loop))


@asynccontextmanager
async def parted(server: Server, talk: Talk, station: Station) -> AsyncIterator[None]:
    """We have said goodbye while more frames wait than are answered, so that its echo or end is not read yet."""
    ours = await eventually(lambda: conversation_of(station), "the socket has joined")
    before = ours.pace.left
    async with held(lock_tags):
        await talk.send([2, "a", "Authorize", {"idTag": "X"}])
        for number in range(3 * LONGEST):
            await talk.send([2, str(number), "Heartbeat", {}])
        await eventually(lambda: ours.pace.left < before - LONGEST, "the line is full")
        await close_unheard(server, talk, station)
        yield


async def test_it_reads_the_end_of_a_socket_on_which_more_waits_than_is_answered(
    server: Server, talk: Talk, station: Station
) -> None:
    async with parted(server, talk, station):
        pass
    await eventually(Frame.objects.filter(message_id="a").exists, "the first one is stored, and cannot be answered")
    talk.socket.transport.abort()
    await eventually(lambda: Station.objects.get().gateway is None, "the station is offline")


async def test_it_knows_what_became_of_a_command_that_came_after_it(
    server: Server, talk: Talk, station: Station
) -> None:
    async with parted(server, talk, station):
        failed = await outcome(await intend(station, "ClearCache", {}), Command.State.FAILED)
    assert failed.answer["error"] == "disconnected"
