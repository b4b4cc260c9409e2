"""Many stations in one process, until they are told to stop."""

import asyncio
import signal
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from .memory import Memory
from .spec import StationSpec
from .station import Station
from .visits import visit_for_ever, visit_in_turn
from .voice import Voice

END_SECONDS = 1.5  # sockets that are not closed by then are left to the end of the process


def number_identities(first: str, count: int) -> list[str]:
    """DP-0001, DP-0002, ...: the digits at the end count on; without digits, -2 and so on are added."""
    stem = first.rstrip("0123456789")
    digits = first[len(stem) :]
    if not digits:
        return [first, *(f"{first}-{n}" for n in range(2, count + 1))]
    return [f"{stem}{int(digits) + n:0{len(digits)}d}" for n in range(count)]


def multiply(spec: StationSpec, count: int) -> list[StationSpec]:
    """The same station several times, under identities that count on."""
    return [replace(spec, identity=identity) for identity in number_identities(spec.identity, count)]


def build(specs: Iterable[StationSpec], *, url: str, voice: Voice, seed: str, memory_dir: Path | None) -> list[Station]:
    """Makes the stations; with a directory, each remembers in a file of its own."""
    if memory_dir is not None:
        memory_dir.mkdir(parents=True, exist_ok=True)
    return [
        Station(
            spec,
            url=url,
            voice=voice,
            seed=seed,
            memory=None if memory_dir is None else Memory.of(memory_dir, spec.identity),
        )
        for spec in specs
    ]


async def play(stations: Sequence[Station], *, once: bool = False, ramp_seconds: float = 0.0) -> None:
    """Plays the stations until SIGTERM or SIGINT; they connect one after another within `ramp_seconds`.

    Drivers come for ever, or with every card once.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    opening = asyncio.create_task(_open(stations, once=once, pause=ramp_seconds / len(stations)))
    try:
        await told.wait()
    finally:
        opening.cancel()
        await asyncio.wait([asyncio.create_task(station.close()) for station in stations], timeout=END_SECONDS)


async def _open(stations: Sequence[Station], *, once: bool, pause: float) -> None:
    for station in stations:
        station.open()
        if (charge := station.spec.charge) is not None:
            come = partial(visit_in_turn if once else visit_for_ever, station, charge)
            station.tasks.spawn(come(), name="visits")
        await asyncio.sleep(pause)
