"""Two gateway processes over one database: commands find the socket, and what one held goes on at the other."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from charging.models import Session
from ocpp_consumer.tests.faults.conftest import Starter
from ocpp_consumer.tests.faults.processes import Gateway
from ocpp_consumer.tests.server import Talk, basic, eventually, in_db, make_station, now, talking
from stations import commands
from stations.models import Command, ConnectionSpan, Station
from stations.models import Gateway as Lease
from stations.models.network import LEASE


def ask(station: Station) -> Command:
    """Queue a command, as a process does that holds no socket at all."""
    at = timezone.now()
    return commands.send(
        station=Station.objects.get(pk=station.pk),
        intent="ClearCache",
        payload={},
        asked_by="operator",
        expires_at=at + timedelta(seconds=30),
        at=at,
    )


async def answered(talk: Talk, command: Command) -> Any:
    """The state of a command after the station has said yes."""
    call = await talk.hear()
    assert call[2] == "ClearCache"
    await talk.send([3, call[1], {"status": "Accepted"}])
    accepted = Command.objects.filter(pk=command.pk, state=Command.State.ACCEPTED)
    return await eventually(accepted.first, "the command is accepted")


@pytest.mark.parametrize("redis_url", ["", "redis://127.0.0.1:1/0"], ids=["rung", "without Valkey"])
async def test_it_carries_a_command_to_whichever_process_holds_the_socket(start: Starter, redis_url: str) -> None:
    """Without Valkey nobody is rung: the row is found by polling."""
    gateways = [start(redis_url=redis_url), start(redis_url=redis_url)]
    station, key = await in_db(make_station)()
    for epoch, gateway in enumerate(gateways, start=1):
        async with talking(gateway.wait_until_up(), "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
            await talk.ask("Heartbeat", {})
            command = await in_db(ask)(station)
            assert (await answered(talk, command)).epoch == epoch


async def test_it_goes_on_at_the_other_process_after_a_kill(start: Starter) -> None:
    """The station is offline once the lease has run out, its session is not over, and its Stop ends it."""
    first, second = start().wait_until_up(), start().wait_until_up()
    station, key = await in_db(make_station)()
    headers = basic("CP 1", key)
    async with talking(first, "/ocpp/CP%201", headers=headers) as talk:
        said = {"connectorId": 1, "idTag": "CARD", "meterStart": 100, "timestamp": now()}
        began = await talk.ask("StartTransaction", said)
        first.kill()
        await talk.closed()
    held = await in_db(lambda: Station.objects.select_related("gateway").get(pk=station.pk))()
    assert held.gateway is not None
    await in_db(Lease.objects.filter(pk=held.gateway_id).update)(renewed_at=timezone.now() - LEASE)
    assert not await in_db(is_online)(station)
    assert (await in_db(Session.objects.get)()).stopped_at is None
    async with talking(second, "/ocpp/CP%201", headers=headers) as talk:
        assert await talk.ask("StartTransaction", said) == began  # its answer might have been lost
        assert await in_db(is_online)(station)
        stop = {"transactionId": began["transactionId"], "meterStop": 1100, "timestamp": now()}
        assert await talk.ask("StopTransaction", stop) == {}
        spans = await in_db(lambda: list(ConnectionSpan.objects.order_by("epoch").values_list("epoch", "reason")))()
        assert spans == [(1, "replaced"), (2, "")]
    session = await in_db(Session.objects.get)()
    assert (session.meter_start_wh, session.meter_stop_wh, session.state) == (100, 1100, Session.State.ENDED)


def is_online(station: Station) -> bool:
    """As everybody sees it."""
    return Station.objects.select_related("gateway").get(pk=station.pk).is_online(at=timezone.now())


async def test_it_leaves_one_socket_when_a_station_comes_to_both_at_once(start: Starter) -> None:
    gateways = [start().wait_until_up(), start().wait_until_up()]
    _, key = await in_db(make_station)()
    for turn in range(3):
        await _come_to_both(gateways, basic("CP 1", key), epoch=2 * turn + 2)


async def _come_to_both(gateways: list[Gateway], headers: dict[str, str], *, epoch: int) -> None:
    async with AsyncExitStack() as stack:
        coming = (talking(gateway, "/ocpp/CP%201", headers=headers) for gateway in gateways)
        talks = await asyncio.gather(*(stack.enter_async_context(one) for one in coming))
        ending = [asyncio.create_task(talk.closed()) for talk in talks]
        done, (left,) = await asyncio.wait(ending, return_when=asyncio.FIRST_COMPLETED)
        assert [task.result() for task in done] == [1000]
        assert await talks[ending.index(left)].ask("Heartbeat", {})
        newest = await in_db(Station.objects.get)()
        assert (newest.epoch, newest.gateway_id is not None) == (epoch, True)
        assert await in_db(ConnectionSpan.objects.filter(until=None).count)() == 1
    await left
