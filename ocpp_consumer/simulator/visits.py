"""Drivers with cards who come, charge and leave, at random but by the seed."""

import asyncio
from typing import TYPE_CHECKING

from .spec import ChargeSpec
from .station import RefusedError, Station

if TYPE_CHECKING:
    from .battery import Battery

SHORTEST_PAUSE = 0.05  # seconds; the loop always lets others run


async def visit(station: Station, *, id_tag: str, wants_wh: int) -> None:
    """One driver: takes a free connector, draws `wants_wh` and leaves. Refusals are told and forgotten."""
    free = [c for c in station.connectors.values() if c.is_free and c.battery is None and c.reservation is None]
    if not free:
        station.say(f"no connector is free for {id_tag}")
        return
    number = station.rng.choice(free).number
    battery = station.arriving_car(wants_wh=wants_wh)
    station.plug_in(number, battery=battery)
    try:
        transaction = await station.start(number, id_tag=id_tag)
        await station.changes.until(lambda: battery.is_satisfied or not transaction.is_running)
        if transaction.is_running:
            await station.stop(number, id_tag=id_tag)
    except (RefusedError, TimeoutError) as error:
        station.warn(f"{id_tag} leaves without charging: {error}")
    await _leave(station, number, battery)


async def visit_in_turn(station: Station, charge: ChargeSpec) -> None:
    """Every card once."""
    for id_tag in charge.id_tags:
        await _visit_soon(station, charge, id_tag)


async def visit_for_ever(station: Station, charge: ChargeSpec) -> None:
    """Some card, again and again."""
    while True:
        await _visit_soon(station, charge, station.rng.choice(charge.id_tags))


async def _visit_soon(station: Station, charge: ChargeSpec, id_tag: str) -> None:
    await asyncio.sleep(max(SHORTEST_PAUSE, station.rng.uniform(*charge.pause_seconds)))
    await station.changes.until(lambda: station.is_ready)
    await visit(station, id_tag=id_tag, wants_wh=station.rng.randint(*charge.energy_wh))


async def _leave(station: Station, number: int, battery: "Battery") -> None:
    await asyncio.sleep(station.spec.unplug_seconds or 0)
    if station.connectors[number].battery is battery:
        station.unplug(number)
