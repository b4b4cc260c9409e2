"""GetLocalListVersion (S 5.10): 0 is an empty list, -1 a station that keeps none."""

from datetime import datetime
from typing import Any

from charging import local_lists
from ocpp_consumer.v16.requests.answers import ABSENT, word_of
from ocpp_consumer.v16.words import whole
from stations.models import Command

KEEPS_NONE = -1


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """Compare it with the version that we know of, where the list is kept in step."""
    version = KEEPS_NONE if word_of(state, answer) in ABSENT else whole(answer, "listVersion")
    if version is not None:
        local_lists.note_version(station_id=command.station_id, version=version)
