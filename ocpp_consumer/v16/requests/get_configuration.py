"""GetConfiguration (S 5.8): what it answers is kept per key."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from drivepower.core.sentences import sentence
from ocpp_consumer.masking import mask
from ocpp_consumer.v16.requests.kinds import Prepared
from stations import configuration
from stations.models import Command, Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """No more keys at once than the station takes."""
    most = configuration.most_keys(station)
    if most and len(payload.get("key", [])) > most:
        yield sentence(
            "Station %(station)s answers for at most %(most)s keys at once.", station=station.code, most=most
        )


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """To ask for all, name no key: some stations take an empty list for none."""
    return Prepared(payload if payload.get("key") else {})


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """Keep what was read, without its secrets."""
    if state != Command.State.ACCEPTED:
        return
    said, unknown = answer.get("configurationKey"), answer.get("unknownKey")
    configuration.note_read(
        station=command.station,
        configuration=[mask(entry) for entry in said if isinstance(entry, dict)] if isinstance(said, list) else [],
        unknown=[key for key in unknown if isinstance(key, str)] if isinstance(unknown, list) else [],
        at=at,
    )
