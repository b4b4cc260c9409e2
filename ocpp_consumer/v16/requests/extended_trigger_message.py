"""ExtendedTriggerMessage (W 5.5): TriggerMessage with the whitepaper's own messages."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ocpp_consumer.v16.requests import trigger_message
from ocpp_consumer.v16.requests.kinds import Prepared
from stations.models import Station

# What comes where its name is another one.
COMES_AS = {
    "SignChargePointCertificate": "SignCertificate",
    "FirmwareStatusNotification": "SignedFirmwareStatusNotification",
}


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """The rules of TriggerMessage: a request for a certificate, say, has no connector."""
    yield from trigger_message.check(station, payload)


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """Its effect is the message that it asks for."""
    message = payload["requestedMessage"]
    return Prepared(payload, awaits=trigger_message.sign_of(COMES_AS.get(message, message), payload.get("connectorId")))
