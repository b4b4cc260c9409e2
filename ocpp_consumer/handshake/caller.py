"""Who asks for a socket, as the request says."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from django.conf import settings

from drivepower.core.addresses import client_of
from ocpp_consumer.handshake.credentials import basic_of, key_of

# Where old stations put their identity instead of the end of the path.
QUERY_NAMES = ("station_id", "chargePointId")

Headers = Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Caller:
    """A request for a socket; `certificate` is the client's, URL-encoded PEM, as a trusted proxy has verified it."""

    identity: str
    key: bytes | None
    is_secure: bool
    subprotocols: tuple[str, ...]
    address: str
    origin: str | None
    certificate: str


def read(scope: Mapping[str, Any]) -> Caller:
    """The caller of an ASGI WebSocket scope."""
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers[name.lower()] = headers[name.lower()] + b"," + value if name.lower() in headers else value
    peer = scope["client"][0] if scope.get("client") else ""
    credentials = basic_of(headers.get(b"authorization", b""))
    identity = identity_of(scope, credentials=credentials)
    origin = headers.get(b"origin")
    return Caller(
        identity=identity,
        key=key_of(credentials, identity=identity),
        is_secure=is_secure(scope, headers, peer=peer),
        subprotocols=tuple(filter(None, scope["subprotocols"])),
        address=client_of(forwarded_for=text_of(headers, "X-Forwarded-For"), peer=peer),
        origin=None if origin is None else origin.decode("latin-1"),
        certificate=certificate_of(headers, peer=peer),
    )


def identity_of(scope: Mapping[str, Any], *, credentials: bytes) -> str:
    """What the query says, else a percent-decoded segment of the path as sent (J 3.1.1).

    That is the last segment, unless the credentials are an earlier one's: some firmware adds to its address.
    """
    query = parse_qs(scope["query_string"].decode("ascii", "replace"))
    for name in QUERY_NAMES:
        if name in query:
            return str(query[name][0])
    path: bytes = scope["raw_path"]
    _, *segments = [unquote(segment) for segment in path.decode("ascii", "replace").split("/") if segment] or [""]
    last = segments[-1] if segments else ""
    return next((one for one in reversed(segments) if key_of(credentials, identity=one) is not None), last)


def is_secure(scope: Mapping[str, Any], headers: Headers, *, peer: str) -> bool:
    """Whether the station speaks TLS, to us or to a proxy; which proxies is said by settings, else any is believed."""
    if scope["scheme"] == "wss":
        return True
    trusted = settings.SECURE_PROXY_SSL_HEADER
    if not trusted or (settings.OCPP_TRUSTED_PROXY_ADDRESSES and not is_trusted(peer)):
        return False
    return text_of(headers, trusted[0].removeprefix("HTTP_").replace("_", "-")) == trusted[1]


def certificate_of(headers: Headers, *, peer: str) -> str:
    """The client certificate that a trusted proxy has verified; nothing from anyone else."""
    name = settings.OCPP_CLIENT_CERTIFICATE_HEADER
    if not name or not is_trusted(peer) or text_of(headers, settings.OCPP_CLIENT_VERIFY_HEADER) != "SUCCESS":
        return ""
    return text_of(headers, name)


def is_trusted(peer: str) -> bool:
    """Whether a socket comes from a proxy of ours."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in settings.OCPP_TRUSTED_PROXY_ADDRESSES)


def text_of(headers: Headers, name: str) -> str:
    """The value of a header, with commas between if it was sent twice; nothing if it was not sent."""
    return headers.get(name.lower().encode(), b"").decode("latin-1")
