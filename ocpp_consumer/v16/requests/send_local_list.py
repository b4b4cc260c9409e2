"""SendLocalList (S 5.15, 6.41): a full list begins anew, a differential one changes it by its version."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from charging import clock, local_lists
from charging.local_lists import Entries, Portion
from drivepower.core.sentences import sentence
from ocpp_consumer.v16 import intents
from ocpp_consumer.v16.requests.answers import word_of
from stations.models import Command, Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """A version above 0, each tag once, and none accepted that may not charge."""
    entries = payload.get("localAuthorizationList", [])
    tags = [entry["idTag"] for entry in entries]
    if payload["listVersion"] < 1:
        yield sentence("listVersion is 1 or more.")
    if len({tag.casefold() for tag in tags}) < len(tags):
        yield sentence("A tag is named twice.")
    if payload["updateType"] == "Full" and any("idTagInfo" not in entry for entry in entries):
        yield sentence("In a full list every tag has its idTagInfo.")
    limits = local_lists.limits_of(station)
    if limits.at_once is not None and len(entries) > limits.at_once:
        yield sentence("The station takes %(most)s tags at once.", most=limits.at_once)
    if limits.in_all is not None and payload["updateType"] == "Full" and len(entries) > limits.in_all:
        yield sentence("The station keeps %(most)s tags.", most=limits.in_all)
    accepted = [entry["idTag"] for entry in entries if entry.get("idTagInfo", {}).get("status") == "Accepted"]
    if refused := local_lists.refused(accepted, at=timezone.now()):
        yield sentence("Tags that may not charge are named as accepted: %(tags)s.", tags=", ".join(refused[:5]))


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """What the station's list is now, where it is kept in step."""
    word = word_of(state, answer)
    if word is not None:
        local_lists.note_sent(station_id=command.station_id, portion=_portion(command), word=word, at=at)


def _portion(command: Command) -> Portion:
    """What was sent, in the words in which lists are kept; a verb's own wish is written in them."""
    if command.intent in intents.INTENTS:
        return Portion(**command.payload)
    payload = command.payload
    entries = {entry["idTag"]: _entry(entry.get("idTagInfo")) for entry in payload.get("localAuthorizationList", [])}
    return Portion(payload["listVersion"], payload["updateType"] == "Full", entries)


def _entry(info: Mapping[str, Any] | None) -> Entries | None:
    if info is None:
        return None
    expires_at = clock.read(info.get("expiryDate"))
    said = {
        "status": info.get("status"),
        "expires_at": expires_at and expires_at.isoformat(),
        "parent": info.get("parentIdTag"),
    }
    return {name: value for name, value in said.items() if value}
