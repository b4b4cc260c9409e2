"""Reading is paused over the pace: whoever lives is not sent away for that, and whoever has gone is let go."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosed

from ocpp_consumer.tests.server import Server, Talk, basic, eventually, in_db, make_station, running_server, talking
from stations.models import Station


async def flood(talk: Talk, frame: Any, *, seconds: float) -> None:
    """Say the same as fast as the line takes it."""
    text = json.dumps(frame)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                await talk.socket.send(text)


async def read(talk: Talk) -> None:
    """Take every answer until the socket ends."""
    with suppress(ConnectionClosed):
        async for _ in talk.socket:
            pass


async def test_it_keeps_a_flooder_whose_pongs_wait_to_be_read(transactional_db: None, settings: Any) -> None:
    settings.OCPP_FRAMES_PER_SECOND, settings.OCPP_FRAMES_AT_ONCE = 20, 20
    _, key = await in_db(make_station)()
    with running_server(ws_ping_interval=0.5, ws_ping_timeout=1.5) as server:
        async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
            reading = asyncio.create_task(read(talk))
            await flood(talk, [2, "x" * 30, "Heartbeat", {}], seconds=4)
            assert not reading.done()
            assert talk.socket.close_code is None
            reading.cancel()
            talk.socket.transport.abort()


async def test_it_lets_a_flooder_go_that_has_gone(server: Server, settings: Any) -> None:
    settings.OCPP_FRAMES_PER_SECOND, settings.OCPP_FRAMES_AT_ONCE = 100, 100
    _, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await flood(talk, [9], seconds=0.5)
        talk.socket.transport.abort()
    # Thousands of frames are read already; at this pace they would take minutes.
    await eventually(lambda: Station.objects.get().gateway is None, "the station is offline")
