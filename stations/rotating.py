"""A new key for a station: sent over its own line, where nobody sees it, or made to be typed in and shown once."""

from datetime import datetime, timedelta

from django.db import transaction

from drivepower.core.refusals import Refusal
from stations import commands, contest, registry
from stations.models import Command, SecurityEvent, Station
from stations.security import note_event

EXPIRY = timedelta(seconds=60)


def send_new_key(*, station: Station, asked_by: str, at: datetime) -> Command:
    """Have the station take a new key by ChangeConfiguration (W A01); it is made when it is sent, and seen by nobody.

    Refusal station_offline, station_without_key, station_contested, rotation_unsettled.
    """
    if not station.is_online(at=at):
        raise Refusal("station_offline", "The station is not connected.")
    if not station.key_hash:
        raise Refusal("station_without_key", "The station has no key yet: make one and type it in.")
    if contest.is_contested(station.pk):
        raise Refusal("station_contested", "Two sockets fight for its identity: nothing secret is sent to it.")
    if station.key_in_doubt:
        raise Refusal("rotation_unsettled", "Whether the station took the last new key shows when it connects next.")
    return commands.send(
        station=station, intent="rotate_key", payload={}, asked_by=asked_by, expires_at=at + EXPIRY, at=at
    )


@transaction.atomic
def make_new_key(*, station: Station, by: str, at: datetime) -> str:
    """A key to be typed in: shown by the answer to this request and by nothing else; who made it is noted."""
    key = registry.issue_key(station=station)
    note_event(
        station_id=station.pk,
        source=SecurityEvent.Source.CENTRAL_SYSTEM,
        type="KeyIssued",
        detail=f"by {by}",
        happened_at=at,
        received_at=at,
    )
    return key
