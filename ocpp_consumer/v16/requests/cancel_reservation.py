"""CancelReservation (S 5.1): Rejected means that the station knows no such reservation."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging import reservations
from charging.models import Reservation
from drivepower.core.sentences import sentence
from ocpp_consumer.v16 import intents
from ocpp_consumer.v16.requests.answers import ABSENT, word_of
from ocpp_consumer.v16.requests.kinds import Prepared
from stations.models import Command, Station

GONE = ABSENT | {"Accepted", "Rejected"}


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """A reservation that this station may still keep."""
    if _known(station, payload["reservationId"]) is None:
        yield sentence("The station keeps no reservation %(number)s.", number=payload["reservationId"])


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """Its effect is a connector that is free again."""
    known = _known(station, payload["reservationId"])
    if known is None:
        return Prepared(payload)
    return Prepared(payload, known.subject, f"status:{known.connector.number}:Available" if known.connector else "")


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """Whether it was cancelled or never there, it is over."""
    _, payload = intents.translate(command.intent, command.payload)
    if word_of(state, answer) in GONE:
        reservations.note_cancelled(station_id=command.station_id, reservation_id=payload["reservationId"], at=at)


def _known(station: Station, reservation_id: int) -> Reservation | None:
    kept = Reservation.objects.holding().filter(station=station, pk=reservation_id)
    return kept.select_related("connector").first()
