"""Limits on how often someone may ask, counted in the cache by whole windows.

One atomic increment per request, so that parallel requests cannot slip past the count. With the cache away nobody is
limited: a doorbell's absence must not close the house.
"""

import time
from typing import TYPE_CHECKING

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from drivepower.core.addresses import client_of, subscriber_of

if TYPE_CHECKING:  # the framework's views load their throttles while they load themselves
    from rest_framework.views import APIView

log = structlog.stdlib.get_logger(__name__)


def address_of(request: Request) -> str:
    """Where a request comes from, so far as our proxies vouch for it: an IPv4 address or an IPv6 /64."""
    forwarded_for, peer = (request.META.get(name, "") for name in ("HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"))
    return subscriber_of(client_of(forwarded_for=forwarded_for, peer=peer))


def count(key: str, *, seconds: int) -> int:
    """Count one more under a key that lasts so long; what it came to. One way to Valkey and back."""
    name = cache.make_and_validate_key(key)
    with cache._cache.get_client(name, write=True).pipeline(transaction=False) as both:  # type: ignore[attr-defined]  # Django's own has three ways
        counted, _ = both.incr(name).expire(name, seconds, nx=True).execute()
    return int(counted)


class WindowThrottle(SimpleRateThrottle):
    """So many requests per window for each key; subclasses name the scope and the key."""

    num_requests: int
    duration: int

    def get_cache_key(self, request: Request, view: "APIView") -> str:
        """Counted by address."""
        return f"throttle:{self.scope}:{address_of(request)}"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count this request; False when its window is full."""
        if self.rate is None:
            return True
        window, self.elapsed = divmod(time.time(), self.duration)
        key = f"{self.get_cache_key(request, view)}:{window:.0f}"
        try:
            return count(key, seconds=self.duration) <= self.num_requests
        except RedisError as error:
            log.warning("throttle cannot count", scope=self.scope, error=repr(error))
        return True

    def wait(self) -> float:
        """Seconds until the window ends."""
        return self.duration - self.elapsed


class PersonThrottle(WindowThrottle):
    """Ordinary requests, by person, or by address for those who are not logged in."""

    scope = "person"

    def get_cache_key(self, request: Request, view: "APIView") -> str:
        """Counted by person."""
        if request.user.is_authenticated:
            return f"throttle:{self.scope}:{request.user.public_id}"
        return super().get_cache_key(request, view)


class CriticalThrottle(PersonThrottle):
    """What moves money or starts a charge."""

    scope = "critical"


class WebhookThrottle(WindowThrottle):
    """Callbacks of payment providers, by address."""

    scope = "webhook"


class LoginThrottle(WindowThrottle):
    """Passwords tried and accounts made, by address."""

    scope = "login"


class ReportThrottle(PersonThrottle):
    """Reports of problems, by person or address."""

    scope = "report"


class OperatorThrottle(PersonThrottle):
    """The operator API, by member of staff."""

    scope = "operator"


class CodeThrottle(WindowThrottle):
    """One-time codes asked for, by address: each costs a message."""

    scope = "code"
