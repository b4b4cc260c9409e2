"""SetChargingProfile (S 5.16): what the station accepts is mirrored, in place of the profile that it replaces."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging import profiles, sites
from ocpp_consumer.v16.requests import connectors
from ocpp_consumer.v16.requests.answers import word_of
from ocpp_consumer.v16.requests.kinds import Prepared
from stations.models import Command, Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """Purpose and connector, the running transaction, the schedule, and what the station can do."""
    number, profile = payload["connectorId"], payload["csChargingProfiles"]
    yield from connectors.problems(station, payload, lowest=0)
    yield from profiles.problems(number=number, profile=profile, able=profiles.abilities_of(station))
    yield from profiles.transaction_problems(station=station, number=number, profile=profile)


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """Its rates rounded to one decimal, and a row to mirror it."""
    profile = profiles.rounded(payload["csChargingProfiles"])
    row = profiles.record(station=station, number=payload["connectorId"], profile=profile, asked_by=asked_by, at=at)
    return Prepared(payload | {"csChargingProfiles": profile}, row.subject)


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """In force, or refused; after a lost answer the row stays open until the next one settles it."""
    kind, _, key = command.subject.partition(":")
    word = word_of(state, answer)
    if kind == "profile" and word is not None:
        profiles.note_set(row_id=int(key), word=word, at=at)
        if command.asked_by == sites.ASKED_BY:  # what this station has lowered, another may have
            sites.note_change(location_id=command.station.location_id, at=at)
