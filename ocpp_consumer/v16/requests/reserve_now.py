"""ReserveNow (S 5.13): a connector, or any (0), is kept for a tag and its group; the same id replaces."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from charging import abilities, clock, reservations
from charging.models import Reservation
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from ocpp_consumer.v16 import intents
from ocpp_consumer.v16.requests import connectors
from ocpp_consumer.v16.requests.answers import word_of
from ocpp_consumer.v16.requests.kinds import Prepared
from stations import registry
from stations.models import Command, Connector, Station

ANY_CONNECTOR = "ReserveConnectorZeroSupported"
# At the door it stands for a reservation that does not exist yet: it gets a number of ours.
NEW = 0


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """A tag, a moment that is to come, a connector that nobody else has, and a number of ours."""
    number, reservation_id = payload["connectorId"], payload["reservationId"]
    if not payload["idTag"].strip():
        yield sentence("idTag is empty.")
    yield from connectors.problems(station, payload, lowest=0)
    if number == 0 and abilities.told(station, ANY_CONNECTOR).get(ANY_CONNECTOR, "").strip().casefold() != "true":
        yield sentence(
            "As far as the station has said, it reserves single connectors only (%(key)s).", key=ANY_CONNECTOR
        )
    until = clock.read(payload["expiryDate"])
    if until is None or until <= timezone.now():
        yield sentence("expiryDate is not a moment to come.")
    known = Reservation.objects.holding().filter(station=station)
    if reservation_id != NEW and not known.filter(pk=reservation_id).exists():
        yield sentence(
            "%(number)s is no reservation of this station; %(new)s asks for a new one.", number=reservation_id, new=NEW
        )
    if number > 0 and known.filter(connector__number=number).exclude(pk=reservation_id).exists():
        yield sentence("Connector %(number)s is reserved already.", number=number)


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """Make a row for a new one, whose key is its number; a number that is forced goes out as it is."""
    number, reservation_id = payload["connectorId"], payload["reservationId"]
    awaits = f"status:{number}:Reserved" if number > 0 else ""
    known = Reservation.objects.holding().filter(station=station, pk=reservation_id).first()
    until = clock.read(payload["expiryDate"])
    if known is not None or reservation_id != NEW or until is None:
        return Prepared(payload, known.subject if known else "", awaits)
    try:
        connector = registry.ensure_connector(station=station, number=number) if number else None
        new = reservations.record(
            station=station,
            connector=connector,
            tag=payload["idTag"],
            parent=payload.get("parentIdTag", ""),
            driver=None,
            until=until,
            asked_by=asked_by,
            at=at,
        )
    except Refusal:  # forced against a rule: there is nothing that we could keep
        return Prepared(payload, awaits=awaits)
    return Prepared(payload | {"reservationId": new.pk}, new.subject, awaits)


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """The station keeps it, or says why not; after a lost answer its connector's status tells."""
    _, payload = intents.translate(command.intent, command.payload)
    word, until = word_of(state, answer), clock.read(payload["expiryDate"])
    if word is None or until is None:
        return
    number = payload["connectorId"]
    reservations.note_answer(
        station_id=command.station_id,
        reservation_id=payload["reservationId"],
        word=word,
        connector=Connector.objects.filter(station=command.station_id, number=number).first() if number else None,
        tag=payload["idTag"],
        parent=payload.get("parentIdTag", ""),
        until=until,
        at=at,
    )
