"""Reset (S 5.14): the socket may end before the answer; whether it was reset shows by its boot."""

from datetime import datetime
from typing import Any

from ocpp_consumer.v16.requests.kinds import Prepared
from stations.models import Station


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """Its effect is a boot."""
    return Prepared(payload, awaits="boot")
