"""What a refused visit leaves behind for operators; plain ORM, called off the loop."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from ocpp_consumer.handshake.caller import Caller
from ocpp_consumer.handshake.credentials import digest_of
from ocpp_consumer.handshake.entry import LONGEST_IDENTITY, Refused
from stations import registry
from stations.models import Knock, SecurityEvent
from stations.security import note_event

# However often it tries, a station leaves one event of a type in so long.
ONE_EVENT_IN = timedelta(minutes=1)
# So that two processes do not both find none; the number is this room's own.
TAKE_TURNS = "SELECT pg_advisory_xact_lock(160107, %s)"


def remember(caller: Caller, refused: Refused, *, at: datetime) -> None:
    """Leave a Knock of a stranger, or the security event of a station (W A00.FR.323)."""
    if refused.is_stranger:
        remember_stranger(caller, at=at)
    elif refused.station_id is not None:
        remember_station(caller, refused, at=at)


def remember_stranger(caller: Caller, *, at: datetime) -> None:
    """Keep who knocked, with the hash of the key that was offered, for an operator to adopt."""
    if 0 < len(caller.identity) <= LONGEST_IDENTITY:
        registry.knock(
            kind=Knock.Kind.STATION,
            value=caller.identity,
            reason="unknown station",
            address=caller.address,
            key_hash=digest_of(caller.key) if caller.key else "",
            at=at,
        )


@transaction.atomic
def remember_station(caller: Caller, refused: Refused, *, at: datetime) -> None:
    """Keep what was refused to a known station, at most one event of a type in a minute."""
    if refused.shortfall is None or refused.station_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, [refused.station_id % 2**31])
    ours = SecurityEvent.objects.filter(station=refused.station_id, source=SecurityEvent.Source.CENTRAL_SYSTEM)
    if ours.filter(type=refused.shortfall.type, received_at__gt=at - ONE_EVENT_IN).exists():
        return
    note_event(
        station_id=refused.station_id,
        source=SecurityEvent.Source.CENTRAL_SYSTEM,
        type=refused.shortfall.type,
        detail=f"from {caller.address}: {refused.shortfall.detail}",
        happened_at=at,
        received_at=at,
    )
