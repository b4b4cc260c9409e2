"""Which pages may open a stream: ours, and those of browser apps that the settings name; apps have no page."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Headers = Sequence[tuple[bytes, bytes]]


def is_welcome(headers: Headers) -> bool:
    """Whether a socket with these headers may open."""
    origins = values(headers, b"origin")
    if not origins:
        return True
    if len(origins) > 1:
        return False
    origin = origins[0].lower()
    listed = (settings.PUBLIC_URL, *settings.CORS_ALLOWED_ORIGINS)
    return origin in map(origin_of, listed) or is_own(origin, values(headers, b"host"))


def is_page_of_ours(headers: Headers) -> bool:
    """Whether it is a page of the portal that opens a socket: those bring a session's cookie, which only pages have."""
    origins = [origin.lower() for origin in values(headers, b"origin")]
    if len(origins) != 1:
        return False
    return origins[0] == origin_of(settings.PUBLIC_URL) or is_own(origins[0], values(headers, b"host"))


def is_own(origin: str, hosts: list[str]) -> bool:
    """Whether the page was served by the same host and port, under a name that is ours."""
    if len(hosts) != 1 or not origin.startswith(("http://", "https://")):
        return False
    host = hosts[0].lower()
    name, _ = split_domain_port(host)  # empty for what is no host
    return origin.partition("://")[2] == host and validate_host(name, settings.ALLOWED_HOSTS)


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, as browsers write an origin."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def values(headers: Headers, name: bytes) -> list[str]:
    """All values of a header."""
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]
