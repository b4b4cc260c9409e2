"""Who may open a station's socket: identity and key out of the request, judged before the upgrade.

An unknown identity, a missing or wrong key and a retired station are refused alike, with the same work done for each.
"""

import binascii
import hmac
import uuid
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from django.conf import settings

from drivepower.core.keys import hash_key
from ocpp_consumer import presence
from stations import registry
from stations.models import Knock, Station

LONGEST_IDENTITY = 255
# Where old stations put their identity instead of the end of the path.
QUERY_NAMES = ("station_id", "chargePointId")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a socket, as the request says."""

    identity: str
    key: bytes | None
    is_secure: bool
    subprotocols: tuple[str, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A station that may speak: its socket is the newest, with this epoch."""

    station: Station
    epoch: int
    subprotocol: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An HTTP status instead of a socket; a stranger's visit is remembered."""

    status: int
    is_stranger: bool = False


def read(scope: Mapping[str, Any]) -> Caller:
    """The caller of an ASGI WebSocket scope."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    identity = identity_of(scope)
    return Caller(
        identity=identity,
        key=key_of(headers.get(b"authorization", b""), identity=identity),
        is_secure=is_secure(scope, headers),
        subprotocols=tuple(scope["subprotocols"]),
        address=scope["client"][0] if scope.get("client") else "",
    )


def identity_of(scope: Mapping[str, Any]) -> str:
    """The percent-decoded last segment of the path as sent (J 3.1.1), or what the query says."""
    query = parse_qs(scope["query_string"].decode("ascii", "replace"))
    for name in QUERY_NAMES:
        if name in query:
            return str(query[name][0])
    path: bytes = scope["raw_path"]
    segments = path.decode("ascii", "replace").strip("/").split("/")
    return unquote(segments[-1]) if len(segments) > 1 else ""


def key_of(header: bytes, *, identity: str) -> bytes | None:
    """The password of HTTP Basic credentials whose user is this identity: any bytes, colons included (J 6.2.2)."""
    scheme, _, encoded = header.partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        user, colon, key = b64decode(encoded.strip(), validate=True).partition(identity.encode() + b":")
    except (binascii.Error, ValueError):
        return None
    return key if colon and not user else None


def is_secure(scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> bool:
    """Whether the station speaks TLS, to us or to the proxy that settings trust."""
    if scope["scheme"] == "wss":
        return True
    trusted = settings.SECURE_PROXY_SSL_HEADER
    if not trusted:
        return False
    name = trusted[0].removeprefix("HTTP_").replace("_", "-").lower().encode()
    return headers.get(name) == trusted[1].encode()


def enter(caller: Caller, *, offered: tuple[str, ...], gateway_id: uuid.UUID, at: datetime) -> Entered | Refused:
    """Judge a caller and, if it may speak, give it the station's socket; `offered` are the subprotocols we speak."""
    station = find(caller.identity)
    if not is_admitted(station, caller) or station is None:
        return Refused(401, is_stranger=station is None)
    subprotocol = next((name for name in offered if name in caller.subprotocols), None)
    if subprotocol is None:
        return Refused(400)
    return Entered(station, presence.connect(station_id=station.pk, gateway_id=gateway_id, at=at), subprotocol)


def find(identity: str) -> Station | None:
    """The station of that identity, if any can have it."""
    if not 0 < len(identity) <= LONGEST_IDENTITY or "\x00" in identity:
        return None
    return Station.objects.filter(identity=identity).first()


def is_admitted(station: Station | None, caller: Caller) -> bool:
    """Whether the key fits the station and its security profile; the same hashing whoever asks."""
    fits = key_fits(
        caller.key or b"", station.key_hash if station else "", station.previous_key_hash if station else ""
    )
    if station is None or station.service_state == Station.ServiceState.RETIRED:
        return False
    match station.security_profile:
        case Station.SecurityProfile.OPEN:
            return True
        case Station.SecurityProfile.BASIC:
            return fits
        case Station.SecurityProfile.TLS_BASIC:
            return fits and caller.is_secure
    return False  # profile 3 needs a client certificate, and nobody here has looked at one


def key_fits(key: bytes, *known: str) -> bool:
    """Whether a key, sent as 40 hex digits or as the 20 bytes that they stand for, has one of these hashes."""
    hashes = [hash_key(form) for form in (key, key.lower(), key.hex().encode())]
    fitting = [hmac.compare_digest(made, kept) for made in hashes for kept in known]
    return bool(key) and any(fitting)


def remember(caller: Caller, *, at: datetime) -> None:
    """Leave a Knock of a stranger, with the hash of the key it offered, for an operator to adopt."""
    if 0 < len(caller.identity) <= LONGEST_IDENTITY:
        registry.knock(
            kind=Knock.Kind.STATION,
            value=caller.identity,
            reason="unknown station",
            address=caller.address,
            key_hash=hash_key(caller.key) if caller.key else "",
            at=at,
        )
