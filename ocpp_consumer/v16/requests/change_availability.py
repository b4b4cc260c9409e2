"""ChangeAvailability (S 5.2): connector 0 is the whole station; Scheduled waits for the end of a transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ocpp_consumer.v16.requests import connectors
from ocpp_consumer.v16.requests.kinds import Prepared
from stations.models import ConnectorState, Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterable[str]:
    """A connector of the station, or all."""
    return connectors.problems(station, payload, lowest=0)


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """Its effect is a status, except where the connector is as it is wanted already: then it says nothing."""
    number, wanted = payload["connectorId"], payload["type"]
    here = ConnectorState.objects.filter(station=station, number=number, status="Unavailable")
    if here.exists() == (wanted == "Inoperative"):
        return Prepared(payload)
    status = "Unavailable" if wanted == "Inoperative" else "Available"
    return Prepared(payload, awaits=f"status:{number}:{status}")
