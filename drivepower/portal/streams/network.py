"""How the public network stands: what a map begins with."""

import asyncio
import time
from collections import defaultdict
from typing import Any

from django.utils import timezone

from drivepower.core.refusals import Refusal
from drivepower.portal.streams.turns import ask
from stations.models import Station
from stations.models.network import StationQuerySet
from stations.public import show_live, sum_up

Places = list[dict[str, Any]]
# By what a stream may be narrowed: the filter of stations, and what is answered where there is none.
NARROWED = {
    "location": ("location__code", Refusal("location_not_found", "There is no such location.")),
    "station": ("code", Refusal("station_not_found", "There is no such station.")),
}


class Network:
    """Reads the whole network once for all who ask while it is being read."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._begun_at = float("-inf")
        self._places: Places = []

    async def everything(self) -> Places:
        """The network as it was at this call or later."""
        asked_at = time.monotonic()
        async with self._turn:
            if self._begun_at < asked_at:
                begun_at = time.monotonic()
                self._places = await ask(read_places, Station.objects.public())
                self._begun_at = begun_at
            return self._places


async def one_place(kind: str, code: str) -> Places:
    """One location or station; Refusal location_not_found or station_not_found."""
    column, refusal = NARROWED[kind]
    places = await ask(read_places, Station.objects.public().filter(**{column: code}))
    if not places:
        raise refusal
    return places


def read_places(stations: StationQuerySet) -> Places:
    """These stations by location, each with its connectors, in a constant number of queries."""
    at = timezone.now()
    places: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for station in stations.with_live_state():
        shown = {"station_id": station.code, **show_live(station, at=at)}
        places[station.location.code if station.location else None].append(shown)
    return [{"location_id": code, "status": sum_up(shown), "stations": shown} for code, shown in places.items()]
