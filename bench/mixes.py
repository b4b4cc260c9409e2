"""What a crowd of stations does: how each is made ready, and what it then does over and over."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from bench import frames
from bench.station import Station
from bench.wire import Ended

# So many handshakes are under way at once in one process; more would wait in the kernel's queue, and time out there.
AT_ONCE = 200


class Mix(NamedTuple):
    """What a station does before the measuring begins, and then again and again."""

    prepare: Callable[[Station], Awaitable[None]]
    act: Callable[[Station], Awaitable[None]]


async def nothing(station: Station) -> None:
    """Wait for what comes."""


async def begin_metering(station: Station) -> None:
    """Be in the middle of a charge."""
    await station.boot()
    await station.begin()


async def come_back(station: Station) -> None:
    """What a station says after a reconnect."""
    await station.boot(connectors=2)


MIXES = {
    "echo": Mix(nothing, Station.echo),
    "heartbeat": Mix(Station.boot, Station.heartbeat),
    "metering": Mix(begin_metering, Station.meter),
    "sessions": Mix(nothing, Station.charge),
    "idle": Mix(come_back, nothing),
    "storm": Mix(come_back, nothing),
}


async def connect(stations: Sequence[Station], mix: Mix, *, port: int, path: str, sources: Sequence[str]) -> None:
    """Open every socket and make every station ready; one that is refused, or sent away, comes back."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def enter(station: Station) -> None:
        source = sources[station.number % len(sources)]
        while True:
            with suppress(Ended):
                async with gate:
                    await station.connect(port=port, path=path, source=source)
                    await mix.prepare(station)
                return
            await asyncio.sleep(random.uniform(0.5, 1.5))  # noqa: S311  # as stations do, who are no secret

    await asyncio.gather(*map(enter, stations))


async def repeat(stations: Sequence[Station], mix: Mix, *, seconds: float) -> None:
    """The closed loop: each station acts, waits for the answer and acts again, until the time is over."""
    end = time.monotonic() + seconds

    async def go_on(station: Station) -> None:
        while time.monotonic() < end:
            await mix.act(station)

    await asyncio.gather(*map(go_on, stations))


async def meter_at(stations: Sequence[Station], *, rate: float, seconds: float) -> None:
    """The open loop: MeterValues at a steady rate, whether answers come or not, timed from when they were due."""
    begin = time.monotonic()
    for count in range(int(rate * seconds)):
        due = begin + count / rate
        if (early := due - time.monotonic()) > 0:
            await asyncio.sleep(early)
        station = stations[count % len(stations)]
        number = station.socket.next_id()
        text = frames.meter_values(number, station.transaction_id)
        station.socket.say(text, expect=b'[3,"%d",{}]' % number, action="MeterValues", due=due)
    while any(station.socket.expected for station in stations):
        await asyncio.sleep(0.01)
