"""UnlockConnector (S 5.18): its answer is its effect."""

from collections.abc import Iterator, Mapping
from typing import Any

from charging.models import Session
from drivepower.core.sentences import sentence
from ocpp_consumer.v16.requests import connectors
from stations.models import Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """One connector, and no transaction on it: a RemoteStopTransaction ends those."""
    yield from connectors.problems(station, payload, lowest=1)
    number = payload["connectorId"]
    if Session.objects.open().filter(station=station, connector__number=number, started_at__isnull=False).exists():
        yield sentence(
            "A car charges at connector %(number)s: stop its session first, that unlocks the cable.", number=number
        )
