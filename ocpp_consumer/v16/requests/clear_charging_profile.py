"""ClearChargingProfile (S 5.5, E 3.25): by id alone, else by all criteria that are given; Unknown is no fault."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging import profiles
from charging.profiles import Criteria
from ocpp_consumer.v16 import intents
from ocpp_consumer.v16.requests import connectors
from ocpp_consumer.v16.requests.answers import word_of
from stations.models import Command, Station

GONE = frozenset({"Accepted", "Unknown"})


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """A connector of the station, or the station itself, where one is named."""
    yield from connectors.problems(station, payload, lowest=0)


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """Whether there were any or not, there are none like it now."""
    if word_of(state, answer) not in GONE:
        return
    _, payload = intents.translate(command.intent, command.payload)
    criteria = Criteria(
        profile_id=payload.get("id"),
        number=payload.get("connectorId"),
        purpose=payload.get("chargingProfilePurpose"),
        stack_level=payload.get("stackLevel"),
    )
    profiles.note_cleared(station_id=command.station_id, criteria=criteria, asked_at=command.asked_at, at=at)
