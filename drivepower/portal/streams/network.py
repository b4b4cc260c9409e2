"""How the public network stands: what a map begins with."""

import asyncio
import time
from collections import defaultdict
from typing import Any

from django.utils import timezone

from drivepower.core.refusals import Refusal
from drivepower.portal.streams import told
from drivepower.portal.streams.tail import Tail
from drivepower.portal.streams.told import Position, write_position
from drivepower.portal.streams.turns import ask
from stations.models import Station
from stations.models.network import StationQuerySet
from stations.public import show_live, sum_up

# How the network stands: the place in the order of events, and the text that is sent.
Standing = tuple[Position, str]
PACE_SECONDS = 1.0
# By what a stream may be narrowed, and the filter of stations.
NARROWED = {"location": "location__code", "station": "code"}
NOT_FOUND = {"location": "There is no such location.", "station": "There is no such station."}


class Network:
    """Reads and writes the whole network once a second at most, for all who have asked by then."""

    def __init__(self, tail: Tail) -> None:
        self._tail = tail
        self._turn = asyncio.Lock()
        self._begun_at = float("-inf")
        self._next: asyncio.Task[Standing] | None = None

    async def everything(self) -> Standing:
        """The network as it was at this call or later; the text is the same one for all who wait for it."""
        if self._next is None:
            self._next = asyncio.create_task(self._read())
        return await asyncio.shield(self._next)  # one who leaves does not take it from the others

    async def _read(self) -> Standing:
        async with self._turn:
            await asyncio.sleep(self._begun_at + PACE_SECONDS - time.monotonic())
            self._begun_at, self._next = time.monotonic(), None  # who asks from now on waits for another
            place = self._tail.position
            text = await ask(write_places, Station.objects.public(), place)
            return place, text or told.write_snapshot(place, locations=[])


async def one_place(kind: str, code: str, *, since: Position) -> Standing:
    """One location or station; Refusal location_not_found or station_not_found."""
    text = await ask(write_places, Station.objects.public().filter(**{NARROWED[kind]: code}), since)
    if text is None:
        raise not_found(kind)
    return since, text


def not_found(kind: str) -> Refusal:
    """What is answered where there is none."""
    return Refusal(f"{kind}_not_found", NOT_FOUND[kind])


def write_places(stations: StationQuerySet, position: Position) -> str | None:
    """The snapshot of these stations; None where there are none.

    It is written on the thread that reads, place by place: others have the interpreter between them.
    """
    places = ",".join(told.write(place) for place in read_places(stations))
    return f'{{"type":"snapshot","id":"{write_position(position)}","locations":[{places}]}}' if places else None


def read_places(stations: StationQuerySet) -> list[dict[str, Any]]:
    """These stations by location, each with its connectors, in a constant number of queries."""
    at = timezone.now()
    places: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for station in stations.with_live_state():
        shown = {"station_id": station.code, **show_live(station, at=at)}
        places[station.location.code if station.location else None].append(shown)
    return [{"location_id": code, "status": sum_up(shown), "stations": shown} for code, shown in places.items()]
