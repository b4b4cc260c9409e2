"""One process full of stations; `crowd.py` starts several, gives each its orders as a line of JSON and reads one back.

The stations connect and make themselves ready, the process says so and waits for a line, and then the mix begins.
"""

import asyncio
import json
import resource
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field

import uvloop

from bench import commands, mixes
from bench.histogram import Histogram
from bench.station import Station


@dataclass
class Orders:
    """What one process does: stations numbered from `first`, in steps of `step`."""

    mix: str
    port: int
    path: str
    first: int
    step: int
    count: int
    sources: list[str]
    seconds: float = 0.0
    rate: float = 0.0


@dataclass
class Outcome:
    """What came of it; `prepared` are the answers heard before the measuring began, `unheard` those that never came."""

    prepared: int
    answered: int
    unheard: int
    refused: int
    wrong: int
    seconds: float
    latencies: dict[str, dict[str, int]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


async def obey(orders: Orders) -> Outcome:
    """Connect, wait for the word, act, and say what came of it."""
    latencies: defaultdict[str, Histogram] = defaultdict(Histogram)
    numbers = range(orders.first, orders.first + orders.step * orders.count, orders.step)
    stations = [Station(number, latencies=latencies) for number in numbers]
    mix = mixes.MIXES[orders.mix]
    if orders.mix != "storm":
        await mixes.connect(stations, mix, port=orders.port, path=orders.path, sources=orders.sources)
    prepared = total(stations).answered
    latencies.clear()
    told = commands.listen(stations) if orders.mix == "idle" else []
    await word()
    begin = time.monotonic()
    await act(orders, mix, stations)
    took = time.monotonic() - begin
    outcome = total(stations)
    outcome.prepared = prepared
    outcome.answered -= prepared
    outcome.seconds = took
    outcome.latencies = {action: histogram.as_json() for action, histogram in latencies.items()}
    outcome.told = told
    for station in stations:
        station.socket.close()
    return outcome


def total(stations: list[Station]) -> Outcome:
    """What all sockets of all stations have heard so far."""
    sockets = [socket for station in stations for socket in station.sockets]
    return Outcome(
        prepared=0,
        answered=sum(socket.answered for socket in sockets),
        unheard=sum(len(socket.expected) for socket in sockets),
        refused=sum(not socket.is_open for socket in sockets),
        wrong=sum(socket.wrong for socket in sockets),
        seconds=0.0,
    )


async def act(orders: Orders, mix: mixes.Mix, stations: list[Station]) -> None:
    """Carry out the mix."""
    if orders.mix == "storm":
        await mixes.connect(stations, mix, port=orders.port, path=orders.path, sources=orders.sources)
    elif orders.mix == "idle":
        await word()
    elif orders.rate:
        await mixes.meter_at(stations, rate=orders.rate, seconds=orders.seconds)
    else:
        await mixes.repeat(stations, mix, seconds=orders.seconds)


async def word() -> None:
    """Say that we are ready, and wait until we may go on."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)


def main() -> None:
    """Take orders from standard input, and give the outcome on standard output."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    orders = Orders(**json.loads(sys.stdin.readline()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcome = runner.run(obey(orders))
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")


if __name__ == "__main__":
    main()
