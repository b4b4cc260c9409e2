"""Who is counted: the address that a request or socket comes from, as far as our own proxies vouch for it."""

import ipaddress

from rest_framework.settings import api_settings


def client_of(*, forwarded_for: str, peer: str) -> str:
    """The address of the client; X-Forwarded-For counts only as far as NUM_PROXIES of our own wrote it."""
    hops = [hop.strip() for hop in forwarded_for.split(",")]
    trusted = api_settings.NUM_PROXIES or 0
    return hops[-min(trusted, len(hops))] if trusted and hops[0] else peer


def subscriber_of(address: str) -> str:
    """What one subscriber has: an IPv4 address, or the /64 of an IPv6 address; anything else as it is, cut."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
