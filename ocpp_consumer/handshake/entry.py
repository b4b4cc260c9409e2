"""The judgement itself: identity, key, security profile, subprotocol, in this order; plain ORM, called off the loop."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef

from drivepower.core.compiled import Compiled, Given
from ocpp_consumer import presence
from ocpp_consumer.handshake.caller import Caller
from ocpp_consumer.handshake.credentials import Fit, fit_of
from ocpp_consumer.handshake.profile import Shortfall, judge
from ocpp_consumer.v16.quirks import profile_of
from stations import registry
from stations.models import Command, Station

LONGEST_IDENTITY = 255
# With whether a command may still have its effect.
BY_IDENTITY = Compiled(
    lambda: (
        Station.objects.filter(identity=Given("identity"))
        .annotate(is_owed=Exists(Command.objects.filter(station=OuterRef("pk"), effect=Command.Effect.EXPECTED)))
        .order_by()
    )
)
# Accepted and closed at once: how J 3.2 refuses a subprotocol.
SWITCHING = 101


@dataclass(frozen=True, slots=True)
class Entered:
    """A station that may speak: its socket is the newest, with this epoch; `subprotocol` is told it if it asked."""

    station: Station
    epoch: int
    dialect: str
    subprotocol: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An HTTP status instead of a socket; what the visit leaves behind is for a stranger a Knock, else an event."""

    status: int
    retry_after: int = 0
    is_stranger: bool = False
    station_id: int | None = None
    shortfall: Shortfall | None = None


def enter(caller: Caller, *, offered: tuple[str, ...], gateway_id: uuid.UUID, at: datetime) -> Entered | Refused:
    """Judge a caller and, if it may speak, give it the station's socket; `offered` are the dialects we speak."""
    station = find(caller.identity)
    fit = fit_of(caller.key, station)
    if station is None:
        return Refused(404 if settings.OCPP_UNKNOWN_404 else 401, is_stranger=True)
    profile, shortfall = judge(station, caller, has_key=fit is not Fit.NONE, at=at)
    if shortfall:
        return Refused(401, station_id=station.pk, shortfall=shortfall)
    dialect = next((name for name in offered if name in caller.subprotocols), None)
    if dialect is None and not (caller.subprotocols == () and may_name_none(station)):
        return Refused(SWITCHING if settings.OCPP_SUBPROTOCOL_REFUSAL == "spec" else 400)
    epoch = take(station, caller, fit=fit, profile=profile, gateway_id=gateway_id, at=at)
    return Entered(station, epoch, dialect or offered[0], dialect)


def find(identity: str) -> Station | None:
    """The station of that identity, if any can have it."""
    if not 0 < len(identity) <= LONGEST_IDENTITY or "\x00" in identity:
        return None
    return BY_IDENTITY.first(identity=identity)


def may_name_none(station: Station) -> bool:
    """Whether this station, or firmware like its, may leave out the subprotocol."""
    if station.allows_no_subprotocol:
        return True
    quirk = profile_of(station)
    return quirk is not None and quirk.sends_no_subprotocol


def take(station: Station, caller: Caller, *, fit: Fit, profile: int, gateway_id: uuid.UUID, at: datetime) -> int:
    """Give the socket to the station, and note what its coming proves: which key it has, which profile it took."""
    if fit is Fit.NEWEST and station.previous_key_hash:
        registry.retire_previous_key(station_id=station.pk, key_hash=station.key_hash)
    elif fit is Fit.PREVIOUS and station.key_in_doubt:
        registry.keep_key(station_id=station.pk, newest=False)
    if profile > station.security_profile:
        registry.raise_profile(station_id=station.pk, profile=profile)
    return presence.connect(station_id=station.pk, gateway_id=gateway_id, address=caller.address, at=at)
