"""Limits on how often someone may ask, counted in the cache by whole windows.

One atomic increment per request, so that parallel requests cannot slip past the count. With the cache away nobody is
limited: a doorbell's absence must not close the house.
"""

import ipaddress
import time
from typing import TYPE_CHECKING

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:  # the framework's views load their throttles while they load themselves
    from rest_framework.views import APIView

log = structlog.stdlib.get_logger(__name__)


def address_of(request: Request) -> str:
    """Where a request comes from; X-Forwarded-For counts only as far as NUM_PROXIES of our own wrote it.

    An IPv6 address stands for its /64, which is what one subscriber has.
    """
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    trusted = api_settings.NUM_PROXIES or 0
    address = hops[-min(trusted, len(hops))] if trusted and hops[0] else request.META.get("REMOTE_ADDR", "")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return str(address)[:64]
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))


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
            cache.add(key, 0, timeout=self.duration)
            return cache.incr(key) <= self.num_requests
        except RedisError as error:
            log.warning("throttle cannot count", scope=self.scope, error=repr(error))
        except ValueError:  # the key ran out between the two calls: a new window has begun
            pass
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
