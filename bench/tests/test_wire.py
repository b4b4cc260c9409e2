"""The bench's own WebSocket client, against a server that others have written."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from bench.histogram import Histogram
from bench.station import Station
from bench.wire import Ended


async def echo(socket: ServerConnection) -> None:
    """Send everything back."""
    async for text in socket:
        await socket.send(text)


async def lie(socket: ServerConnection) -> None:
    """Answer with something else."""
    async for _ in socket:
        await socket.send('[3,"0",{}]')


async def hang_up(socket: ServerConnection) -> None:
    """End the socket at the first word."""
    await socket.recv()


@asynccontextmanager
async def talking(handler: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[Station]:
    """A station on a server that behaves so."""
    async with serve(handler, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")]) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        station = Station(1, latencies=defaultdict(Histogram))
        await station.connect(port=port, path="/ocpp/", source="127.0.0.1")
        yield station
        station.socket.close()


async def test_it_counts_an_answer_and_how_long_it_took() -> None:
    async with talking(echo) as station:
        await asyncio.gather(*(station.echo() for _ in range(10)))
        assert (station.socket.answered, station.socket.wrong) == (10, 0)
        assert station.latencies["echo"].total == 10


async def test_it_counts_an_answer_to_something_else_as_wrong() -> None:
    async with talking(lie) as station:
        await station.meter()
        assert station.socket.wrong == 1


async def test_it_says_that_the_server_hung_up() -> None:
    async with talking(hang_up) as station:
        with pytest.raises(Ended):
            await station.heartbeat()


@pytest.mark.parametrize("length", [1, 125, 126, 65_535, 65_536, 200_000])
async def test_it_sends_and_hears_frames_of_every_length(length: int) -> None:
    async with talking(echo) as station:
        text = b"x" * length
        assert await station.socket.ask(text, expect=text, action="echo") == text
        assert station.socket.wrong == 0
