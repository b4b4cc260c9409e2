"""Our own requests to addresses that people typed: to public hosts only, never a way into our own network.

The name is looked up once, every address it has must be public, and the connection goes to the one that was looked
at. No redirects, no proxies of the environment, five seconds for everything, one megabyte (security.md A19).
"""

import asyncio
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

PATIENCE_SECONDS = 5.0
LARGEST_ANSWER = 1024**2
PORTS = {"https": 443, "http": 80}
HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")
# What stays of an address: printable ASCII without spaces, quotes, angle brackets and backslashes.
WRITTEN = re.compile(r"[!#-;=?-\[\]^_a-z{|}~]{1,2000}")
# Public by their number, private by what lies behind: translators and tunnels to IPv4.
TUNNELS = [ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """Nothing was answered, or nothing was asked; says why in words for operators."""


@dataclass(frozen=True)
class Answer:
    """What the other side answered; a redirect is an answer like any other."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Target:
    """An address taken apart; `is_trusted` may be plain http and may lie in a private network."""

    scheme: str
    host: str
    port: int
    rest: str
    is_trusted: bool

    @property
    def named(self) -> str:
        """Host and port as a Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str, *, allowed_hosts: Collection[str]) -> Target:
    """The address taken apart; Unreachable for one that is never asked. `allowed_hosts` are host:port we trust."""
    if not WRITTEN.fullmatch(url):
        raise Unreachable("the address is malformed")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise Unreachable("the address is malformed") from error
    if parts.scheme not in PORTS:
        raise Unreachable("only https is asked")
    if parts.username is not None or parts.password is not None:
        raise Unreachable("the address holds a password")
    if not (HOST.fullmatch(host) or _is_ip(host)):
        raise Unreachable("the address names no host")
    is_trusted = f"{host}:{port}" in {allowed.lower() for allowed in allowed_hosts}
    if parts.scheme != "https" and not is_trusted:
        raise Unreachable("only https is asked")
    if not is_trusted and _is_ip(host) and not is_public(ipaddress.ip_address(host)):
        raise Unreachable("the host is not public")
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, rest, is_trusted)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: Address) -> bool:
    """Whether anybody on the internet means the same host by it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address.is_site_local or any(address in tunnel for tunnel in TUNNELS):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def post(*, url: str, body: bytes, headers: Mapping[str, str], allowed_hosts: Collection[str]) -> Answer:
    """POST to an address that a person typed; Unreachable where nothing came back. Call it from a thread, never a loop.

    `allowed_hosts` is settings.WEBHOOK_PRIVATE_HOSTS: host:port in our own network, plain http allowed.
    """
    target = target_of(url, allowed_hosts=allowed_hosts)
    return asyncio.run(_in_time(target, body, headers))


async def _in_time(target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await _sent(target, await _looked_up(target), body, headers)
    except TimeoutError as error:
        raise Unreachable("it took too long") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:200]) from error


async def _looked_up(target: Target) -> str:
    """The address to connect to; every address that the name has must be one that may be asked."""
    try:
        found = await _asked_for(target)
    except (OSError, UnicodeError) as error:
        raise Unreachable("the host has no address") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses:
        raise Unreachable("the host has no address")
    if not target.is_trusted and not all(is_public(ipaddress.ip_address(address)) for address in addresses):
        raise Unreachable("the host is not public")
    return addresses[0]


async def _asked_for(target: Target) -> list[Any]:
    """What the system's resolver answers; a thread that nobody waits for hangs as long as that does."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def tell(act: Callable[[Any], None], said: object) -> None:
        if not answer.done():
            act(said)

    def look_up() -> None:
        act: Callable[[Any], None] = answer.set_result
        said: object
        try:
            said = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except Exception as error:
            act, said = answer.set_exception, error
        with suppress(RuntimeError):  # whoever asked has gone, and its loop is closed
            loop.call_soon_threadsafe(tell, act, said)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    return await answer


async def _sent(target: Target, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Ask that very address, as the host it was looked up for."""
    place = f"[{address}]" if ":" in address else address
    said = {**headers, "Host": target.named, "Accept-Encoding": "identity"}
    async with httpx.AsyncClient(verify=_certificates(), trust_env=False, timeout=PATIENCE_SECONDS) as client:
        asked = client.stream(
            "POST",
            f"{target.scheme}://{place}:{target.port}{target.rest}",
            content=body,
            headers=said,
            extensions={"sni_hostname": target.host},
        )
        async with asked as answer:
            got = bytearray()
            async for part in answer.aiter_raw():
                got += part
                if len(got) > LARGEST_ANSWER:
                    raise Unreachable("the answer is too long")
            return Answer(answer.status_code, bytes(got), dict(answer.headers))


@cache
def _certificates() -> ssl.SSLContext:
    """Whom we believe; made once, because it is slow to make."""
    return httpx.create_ssl_context(trust_env=False)
