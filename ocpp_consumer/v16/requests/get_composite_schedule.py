"""GetCompositeSchedule (S 5.7, E 3.57): the answer is kept with its Command as it came; connector 0 is the grid's."""

from collections.abc import Iterator, Mapping
from typing import Any

from charging import profiles
from drivepower.core.sentences import sentence
from ocpp_consumer.v16.requests import connectors
from stations.models import Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """A connector, a length of time, and a unit that the station knows."""
    yield from connectors.problems(station, payload, lowest=0)
    if payload["duration"] < 1:
        yield sentence("duration is 1 s or more.")
    unit, units = payload.get("chargingRateUnit"), profiles.abilities_of(station).units
    if unit is not None and units is not None and unit not in units:
        yield sentence("The station makes no schedules in %(unit)s.", unit=unit)
