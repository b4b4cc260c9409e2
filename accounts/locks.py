"""One lock on every door that takes a password, the portal's and the API's: so many tries, then a pause.

A name is locked for the address that guesses at it. Guesses from many addresses lock the name for strangers, never for
an address that it has come in from: nobody can keep a person out by typing their name. Names are locked whether or not
anybody has them.
"""

import ipaddress
import math
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db import connection
from django.db.models import Min, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from accounts import phones
from drivepower.core.addresses import client_of, subscriber_of
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

# Wrong passwords within the pause: of a name from one address, of a name from anywhere, of all names from one address.
PAIR_LIMIT, NAME_LIMIT, ADDRESS_LIMIT = 5, 50, 50
# How long an address stays known to a name that has come in from it.
KNOWN = timedelta(days=90)

# A try is counted before the password is looked at, so that parallel guesses cannot slip past the count.
TAKE = """
INSERT INTO axes_accessattempt AS kept
    (username, ip_address, user_agent, http_accept, path_info, get_data, post_data, failures_since_start, attempt_time)
VALUES (%(name)s, %(address)s, '', '', '', '', '', 1, %(at)s)
ON CONFLICT (username, ip_address, user_agent) DO UPDATE SET
    failures_since_start = CASE WHEN kept.attempt_time > %(since)s THEN kept.failures_since_start + 1 ELSE 1 END,
    attempt_time = %(at)s
WHERE kept.attempt_time <= %(since)s OR kept.failures_since_start < %(limit)s
"""


def take_try(*, name: str, address: str, at: datetime) -> None:
    """Count one try of a name from an address; Refusal too_many_requests with `retry_after` where it has none left."""
    key, since = _key(name), at - settings.AXES_COOLOFF_TIME
    locked = _locked_since(key, address, since)
    if locked is None:
        said: dict[str, str | int | datetime] = {
            "name": key,
            "address": address,
            "at": at,
            "since": since,
            "limit": PAIR_LIMIT,
        }
        with connection.cursor() as cursor:
            cursor.execute(TAKE, said)
            if cursor.rowcount == 1:
                return
    seconds = math.ceil(((locked or at) - since).total_seconds())
    raise Refusal("too_many_requests", "Too many wrong passwords; try again later.", {"retry_after": max(1, seconds)})


def forgive(*, name: str, address: str) -> None:
    """After the right password: forget the tries of this name from this address, and know the address from now on."""
    key = _key(name)
    AccessAttempt.objects.filter(username=key, ip_address=address).delete()
    AccessLog.objects.create(username=key, ip_address=address)


def address_of(request: HttpRequest) -> str:
    """The address that tries are counted by: an IPv4 address, or the first one of an IPv6 subscriber."""
    said = (request.META.get(name, "") for name in ("HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"))
    counted, _, _ = subscriber_of(client_of(forwarded_for=next(said), peer=next(said))).partition("/")
    try:
        return str(ipaddress.ip_address(counted))
    except ValueError:  # a proxy on a socket of this machine, which names nobody
        return "::"


def show_locked(request: HttpRequest, answer: HttpResponse, credentials: Any) -> HttpResponse:
    """What the portal's form answers to a locked name: 429, and when to come again."""
    seconds = request.retry_after  # type: ignore[attr-defined]  # kept by the lock below
    told = gettext("Too many wrong passwords; try again later.")
    return HttpResponse(told, status=429, content_type="text/plain", headers={"Retry-After": str(seconds)})


class PasswordLock(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no type hints
    """The same lock before the portal's form, as axes asks for it."""

    def is_allowed(self, request: HttpRequest, credentials: Any = None) -> bool:
        """Take a try of this name; remember when to come again where there is none."""
        name = credentials["username"] or ""
        try:
            take_try(name=name, address=request.axes_ip_address, at=timezone.now())  # type: ignore[attr-defined]
        except Refusal as refusal:
            request.retry_after = refusal.details["retry_after"]  # type: ignore[attr-defined]
            return False
        request.name_tried = name  # type: ignore[attr-defined]
        return True

    def user_login_failed(self, sender: Any, credentials: Any, request: Any = None, **_: Any) -> None:
        """The try has been counted before."""

    def user_logged_in(self, sender: Any, request: Any, user: Any, **_: Any) -> None:
        """Forget the tries of the name that was typed."""
        if name := getattr(request, "name_tried", None):
            forgive(name=name, address=request.axes_ip_address)

    def user_logged_out(self, sender: Any, request: Any, user: Any, **_: Any) -> None:
        """Nothing to forget."""


def _key(name: str) -> str:
    """A name as it is counted, however it is written."""
    name = storable(name).strip().lower()[:254]
    try:
        return name if "@" in name else phones.normalise(name)
    except ValueError:
        return name


def _locked_since(key: str, address: str, since: datetime) -> datetime | None:
    """From when the pause of the first limit that is reached counts, or None."""
    name, place = Q(username=key), Q(ip_address=address)
    limits = {"pair": (name & place, PAIR_LIMIT), "place": (place, ADDRESS_LIMIT), "name": (name, NAME_LIMIT)}
    wanted: dict[str, Any] = {}
    for what, (rows, _limit) in limits.items():
        wanted[what] = Sum("failures_since_start", filter=rows, default=0)
        wanted[f"{what}_at"] = Min("attempt_time", filter=rows)
    counted = AccessAttempt.objects.filter(name | place, attempt_time__gt=since).aggregate(**wanted)
    for what, (_rows, limit) in limits.items():
        if counted[what] >= limit and not (what == "name" and _is_known(key, address, since)):
            begun: datetime = counted[f"{what}_at"]
            return begun
    return None


def _is_known(key: str, address: str, since: datetime) -> bool:
    """Whether that name has come in from there lately."""
    return bool(AccessLog.objects.filter(username=key, ip_address=address, attempt_time__gt=since - KNOWN).exists())
