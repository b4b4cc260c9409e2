"""RemoteStopTransaction (S 5.12): Accepted means that it will stop; only a StopTransaction says that it has."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging.models import Session
from drivepower.core.sentences import sentence
from ocpp_consumer.v16.requests.kinds import Prepared
from stations.models import Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """A station knows its own transactions only."""
    named = str(int(payload["transactionId"]))
    if not Session.objects.open().filter(station=station, ocpp_id=named).exists():
        yield sentence("No transaction %(named)s runs at station %(station)s.", named=named, station=station.code)


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """Its effect is the end of the transaction."""
    return Prepared(payload, awaits=f"stop:{payload['transactionId']}")
