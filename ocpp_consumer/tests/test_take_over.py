"""A newer socket of the same station takes over, whichever gateway holds the old one; who speaks on is a fight."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, suppress

import pytest
from websockets.exceptions import ConnectionClosed

from drivepower.core.models import Alert
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import (
    Server,
    Talk,
    basic,
    eventually,
    in_db,
    make_station,
    running_server,
    talking,
)
from stations import contest
from stations.models import ConnectionSpan, Station


@pytest.fixture
def servers(server: Server) -> Iterator[list[Server]]:
    """Two gateways over one database."""
    with ExitStack() as stack:
        yield [server, stack.enter_context(running_server())]


async def test_it_gives_the_station_to_the_newest_socket(server: Server) -> None:
    station, key = await in_db(make_station)()
    headers = basic("CP 1", key)
    async with talking(server, "/ocpp/CP%201", headers=headers) as old:
        await old.ask("Heartbeat", {})
        async with talking(server, "/ocpp/CP%201", headers=headers) as new:
            await new.ask("Heartbeat", {})
            assert await old.closed() == 1000
            # The old socket's end is written down, and must not take the new one with it.
            await eventually(
                lambda: ConnectionSpan.objects.filter(epoch=1).exclude(until=None).exists(), "the old span is closed"
            )
            await new.ask("Heartbeat", {})
            current = await in_db(Station.objects.get)()
            assert (current.epoch, current.gateway_id is not None) == (2, True)
            spans = await in_db(lambda: list(ConnectionSpan.objects.order_by("epoch")))()
            assert [(span.reason, span.until is None) for span in spans] == [("replaced", False), ("", True)]
            assert spans[0].station_id == station.pk
            assert not spans[0].was_fight


async def test_it_leaves_one_of_several_sockets_that_come_at_once(server: Server) -> None:
    _, key = await in_db(make_station)()
    async with AsyncExitStack() as stack:
        opening = (talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) for _ in range(5))
        talks = await asyncio.gather(*(stack.enter_async_context(one) for one in opening))
        waiting = [asyncio.create_task(talk.closed()) for talk in talks]
        for ended in [one for _, one in zip(range(4), asyncio.as_completed(waiting), strict=False)]:
            assert await ended == 1000
        (survivor,) = (talk for talk, task in zip(talks, waiting, strict=True) if not task.done())
        assert await survivor.ask("Heartbeat", {})
        assert (await in_db(Station.objects.get)()).epoch == 5
        assert await in_db(ConnectionSpan.objects.filter(until=None).count)() == 1


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0), (0, 0)])
async def test_it_takes_over_from_any_gateway(servers: list[Server], first: int, second: int) -> None:
    _, key = await in_db(make_station)()
    headers = basic("CP 1", key)
    async with talking(servers[first], "/ocpp/CP%201", headers=headers) as old:
        await old.ask("Heartbeat", {})
        async with talking(servers[second], "/ocpp/CP%201", headers=headers) as new:
            await new.ask("Heartbeat", {})
            assert await old.closed() == 1000
            await new.ask("Heartbeat", {})
            assert (await in_db(Station.objects.get)()).epoch == 2
    await eventually(lambda: Station.objects.get().gateway is None, "the station is offline")


@pytest.mark.parametrize(("first", "second"), [(0, 1), (0, 0)])
async def test_it_notes_a_fight_when_the_old_socket_speaks_on(servers: list[Server], first: int, second: int) -> None:
    """What it says then is neither kept nor answered: a station says it again on the socket that it still has."""
    _, key = await in_db(make_station)()
    headers = basic("CP 1", key)
    async with talking(servers[first], "/ocpp/CP%201", headers=headers) as old:
        await old.ask("Heartbeat", {})
        async with talking(servers[second], "/ocpp/CP%201", headers=headers) as new:
            await new.ask("Heartbeat", {})
            answered = await speak_on(old)
            assert await old.closed() == 1000
            await eventually(lambda: ConnectionSpan.objects.filter(epoch=1, was_fight=True).exists(), "a fight")
            assert not await in_db(contest.is_contested)((await in_db(Station.objects.get)()).pk)
            kept = Frame.objects.filter(epoch=1, direction="in", message_id__startswith="late").order_by("pk")
            assert await in_db(lambda: list(kept.values_list("message_id", flat=True)))() == answered


async def speak_on(old: Talk) -> list[str]:
    """Say something again and again until the socket ends; the ids of what was answered."""
    answered: list[str] = []
    with suppress(ConnectionClosed):
        while True:
            await old.ask("Heartbeat", {}, message_id=f"late {len(answered)}")
            answered.append(f"late {len(answered)}")
    return answered


async def test_it_is_contested_after_five_fights_until_the_last_socket_closes(servers: list[Server]) -> None:
    station, key = await in_db(make_station)()
    headers = basic("CP 1", key)
    async with AsyncExitStack() as stack:
        held = await stack.enter_async_context(talking(servers[0], "/ocpp/CP%201", headers=headers))
        for epoch in range(1, contest.FIGHTS + 1):
            assert not await in_db(contest.is_contested)(station.pk)
            taker = await stack.enter_async_context(talking(servers[epoch % 2], "/ocpp/CP%201", headers=headers))
            await taker.ask("Heartbeat", {})
            await speak_on(held)
            assert await held.closed() == 1000
            fought = ConnectionSpan.objects.filter(epoch=epoch, was_fight=True)
            await eventually(fought.exists, "a fight")
            held = taker
        await eventually(lambda: Station.objects.get().contested_at, "the station is contested")
        alert = await in_db(Alert.objects.get)()
        assert (alert.kind, alert.subject) == ("station_contested", f"station:{station.code}")
        await held.ask("Heartbeat", {})
        assert await in_db(contest.is_contested)(station.pk)
    await eventually(lambda: Station.objects.get().contested_at is None, "nobody fights any more")
    assert (await in_db(Alert.objects.get)()).resolved_at


async def test_it_counts_no_silent_socket(server: Server) -> None:
    """A line that is dead says nothing; nor does a station that has moved to its new socket."""
    _, key = await in_db(make_station)()
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)))
            for _ in range(contest.FIGHTS + 1)
        ]
        for socket in sockets[:-1]:
            assert await socket.closed() == 1000
        assert await sockets[-1].ask("Heartbeat", {})
        assert not await in_db(ConnectionSpan.objects.filter(was_fight=True).exists)()
        assert (await in_db(Station.objects.get)()).contested_at is None
