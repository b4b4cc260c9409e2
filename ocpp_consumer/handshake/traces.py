"""What a refused visit leaves behind for operators; plain ORM, called off the loop."""

from datetime import datetime

from ocpp_consumer.handshake.caller import Caller
from ocpp_consumer.handshake.credentials import SHORTEST_KEY, digest_of
from ocpp_consumer.handshake.entry import LONGEST_IDENTITY, Refused
from stations import registry
from stations.models import Knock
from stations.security import note_refused


def remember(caller: Caller, refused: Refused, *, at: datetime) -> None:
    """Leave a Knock of a stranger, or the security event of a station (W A00.FR.323)."""
    if refused.is_stranger:
        remember_stranger(caller, at=at)
    elif refused.station_id is not None:
        remember_station(caller, refused, at=at)


def remember_stranger(caller: Caller, *, at: datetime) -> None:
    """Keep who knocked, with the hash of the key that was offered, for an operator to adopt; a weak one is none."""
    if 0 < len(caller.identity) <= LONGEST_IDENTITY:
        registry.knock(
            kind=Knock.Kind.STATION,
            value=caller.identity,
            reason="unknown station",
            address=caller.address,
            key_hash=digest_of(caller.key) if caller.key and len(caller.key) >= SHORTEST_KEY else "",
            at=at,
        )


def remember_station(caller: Caller, refused: Refused, *, at: datetime) -> None:
    """Keep what was refused to a known station, at most one event of a type in a minute."""
    if refused.shortfall is None or refused.station_id is None:
        return
    detail = f"from {caller.address}: {refused.shortfall.detail}"
    note_refused(station_id=refused.station_id, type=refused.shortfall.type, detail=detail, at=at)
