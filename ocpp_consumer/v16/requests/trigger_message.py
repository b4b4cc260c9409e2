"""TriggerMessage (S 5.17): its effect is the message; the answer comes before it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from drivepower.core.sentences import sentence
from ocpp_consumer.v16.requests import connectors
from ocpp_consumer.v16.requests.kinds import Prepared
from stations.models import Station

OF_A_CONNECTOR = frozenset({"MeterValues", "StatusNotification"})


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """A connector above 0 where the message has one (without, StatusNotification means all); no boot once accepted."""
    message = payload["requestedMessage"]
    if "connectorId" in payload and message not in OF_A_CONNECTOR:
        yield sentence("%(message)s has no connector: leave connectorId out.", message=message)
    yield from connectors.problems(station, payload, lowest=1)
    if message == "BootNotification" and station.registration == Station.Registration.ACCEPTED:
        yield sentence("A station that is accepted is not asked to boot again (E 3.40).")


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """Its effect is the message that it asks for."""
    return Prepared(payload, awaits=sign_of(payload["requestedMessage"], payload.get("connectorId")))


def sign_of(message: str, number: int | None) -> str:
    """The sign by which a message that was asked for is known when it comes."""
    if message == "BootNotification":
        return "boot"
    return message if number is None else f"{message}:{number}"
