"""Which connectors a request may name."""

from collections.abc import Iterator, Mapping
from typing import Any

from drivepower.core.sentences import sentence
from stations.models import Station


def problems(station: Station, payload: Mapping[str, Any], *, lowest: int) -> Iterator[str]:
    """What is wrong with `connectorId`; a station of which no connector is known yet may have any."""
    number = payload.get("connectorId")
    if number is None:
        return
    if number < lowest:
        yield sentence("connectorId is %(lowest)s or more here.", lowest=lowest)
    known = set(station.connectors.filter(number__gt=0).values_list("number", flat=True))
    if number > 0 and known and number not in known:
        yield sentence("Station %(station)s has no connector %(number)s.", station=station.code, number=number)
