"""Keys as stations present them: HTTP Basic, 20 bytes or the hex digits that stand for them (J 6.2.2, W A01)."""

import binascii
import hmac
import re
from base64 import b64decode
from enum import Enum

from drivepower.core.keys import hash_key
from stations.models import Station

# What a station must offer to be taken in with it: J 6.2.2 wants at least so many bytes.
SHORTEST_KEY = 16
HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){16,20}")


class Fit(Enum):
    """Which of a station's keys was presented."""

    NONE = "none"
    NEWEST = "newest"
    PREVIOUS = "previous"


def basic_of(header: bytes) -> bytes:
    """User, colon and password of HTTP Basic credentials; nothing if there are none."""
    scheme, _, encoded = header.partition(b" ")
    if scheme.lower() != b"basic":
        return b""
    try:
        return b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def key_of(credentials: bytes, *, identity: str) -> bytes | None:
    """The password of credentials whose user is this identity; both may be any bytes, colons included (J 6.2.2)."""
    user = identity.encode() + b":"
    return credentials.removeprefix(user) if credentials.startswith(user) else None


def digest_of(key: bytes) -> str:
    """The hash of a key, the same for its 16 to 20 bytes and for the hex digits that stand for them."""
    return hash_key(key.lower() if HEX.fullmatch(key) else key.hex().encode())


def fit_of(key: bytes | None, station: Station | None) -> Fit:
    """Whether a key is one of the station's; the same work is done whoever asks, and for nobody."""
    made = digest_of(key or b"")
    newest, previous = (station.key_hash, station.previous_key_hash) if station else ("", "")
    is_newest, is_previous = hmac.compare_digest(made, newest), hmac.compare_digest(made, previous)
    if not key:
        return Fit.NONE
    return Fit.NEWEST if is_newest else Fit.PREVIOUS if is_previous else Fit.NONE
