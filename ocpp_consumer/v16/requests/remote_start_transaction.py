"""RemoteStartTransaction (S 5.11): Accepted is not started; a StartTransaction with the tag is."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging import profiles
from drivepower.core.sentences import sentence
from ocpp_consumer.v16.requests import connectors
from ocpp_consumer.v16.requests.kinds import Prepared
from stations.models import Command, Station

ANSWERED = (Command.State.ACCEPTED, Command.State.REJECTED)


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """A tag, a connector above 0, and a profile for a transaction that has no id yet (S 5.16.2)."""
    if not payload["idTag"].strip():
        yield sentence("idTag is empty.")
    yield from connectors.problems(station, payload, lowest=1)
    if profile := payload.get("chargingProfile"):
        able = profiles.abilities_of(station)
        number = payload.get("connectorId", 0)
        yield from profiles.problems(number=number, profile=profile, able=able, is_for_start=True)


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """Mirror the profile that goes along to a connector, its rates rounded."""
    awaits, profile = f"start:{payload['idTag'].upper()}", payload.get("chargingProfile")
    if profile is None:
        return Prepared(payload, awaits=awaits)
    rounded, number = profiles.rounded(profile), payload.get("connectorId")
    if number is None:
        return Prepared(payload | {"chargingProfile": rounded}, awaits=awaits)
    row = profiles.record(station=station, number=number, profile=rounded, asked_by=asked_by, at=at)
    return Prepared(payload | {"chargingProfile": row.document}, row.subject, awaits)


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """A station that will start keeps the profile that came along."""
    kind, _, key = command.subject.partition(":")
    if kind == "profile" and state in ANSWERED:
        profiles.note_set(row_id=int(key), word=str(answer.get("status")), at=at)
