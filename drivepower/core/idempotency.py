"""A POST with an Idempotency-Key happens once, however often it is sent: sent again, it answers the same for 24 hours.

The key's row is committed first, as in flight for a minute; then what the view does and its answer are committed
together. Whoever dies in between leaves a key in flight whose next try, once the minute is over, is the first again.
"""

import hashlib
import re
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import connection, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from drivepower.core import errors
from drivepower.core.forgetting import forget
from drivepower.core.models import IdempotencyKey
from drivepower.core.refusals import Refusal

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LEASE = timedelta(seconds=60)
KEPT = timedelta(hours=24)
WRITTEN = re.compile(r"[\x20-\x7e]{1,255}")
RETRY_AFTER_SECONDS = 2
# What the names of things that are made by a key are hashed with.
MADE = uuid.UUID("6c1f4a52-7d0e-4f5b-9a57-0f6f0d2b8c31")

# One statement, so that of many at once one wins. An expired key is free again; so is one in flight whose lease ran
# out, for the same request. A key of one route names nothing else on another.
CLAIM = """
INSERT INTO core_idempotencykey AS kept
    (owner, route, key, body_hash, leased_until, lease, status, headers, answer, made_at, expires_at)
SELECT %(owner)s, %(route)s, %(key)s, %(body_hash)s, %(until)s, %(lease)s, NULL, '{}'::jsonb, NULL, %(at)s, %(expires)s
WHERE NOT EXISTS (
    SELECT FROM core_idempotencykey
    WHERE owner = %(owner)s AND key = %(key)s AND route <> %(route)s AND expires_at > %(at)s
)
ON CONFLICT (owner, route, key) DO UPDATE SET
    body_hash = excluded.body_hash, leased_until = excluded.leased_until, lease = excluded.lease, status = NULL,
    headers = excluded.headers, answer = NULL, made_at = excluded.made_at, expires_at = excluded.expires_at
WHERE kept.expires_at <= %(at)s
    OR (kept.status IS NULL AND kept.leased_until <= %(at)s AND kept.body_hash = excluded.body_hash)
RETURNING id
"""


@dataclass(frozen=True)
class Asked:
    """One request by its key: whose, for what, and the hash of all that it says."""

    owner: str
    route: str
    key: str
    body_hash: str


class Unkept(Exception):
    """An answer that the next try need not repeat: the server's own trouble."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__(response.status_code)
        self.response = response


class Idempotent(APIView):
    """Mixin of views whose POST moves money or starts something; without the header it is an ordinary POST.

    `atomic_answer` is off where the verb waits for somebody outside: no transaction is open while it does, and what
    dies before its answer is kept may happen once more.
    """

    atomic_answer = True
    post: Callable[..., HttpResponseBase]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Once it is known who asks: see to the key."""
        super().initial(request, *args, **kwargs)
        wanted = HEADER in request.headers and request.user.is_authenticated
        if wanted and request.method == "POST" and hasattr(self, "post"):
            self.post = partial(self.once, self.post, asked_by(request))

    def once(
        self, carry_out: Callable[..., HttpResponseBase], asked: Asked, request: Request, **kwargs: Any
    ) -> HttpResponseBase:
        """The answer of the first time; refuses idempotency_conflict for another body, and while it is in flight."""
        lease = claim(asked, at=timezone.now())
        if lease is None:
            return known(asked, at=timezone.now())
        try:
            with transaction.atomic() if self.atomic_answer else nullcontext():
                return keep(asked, lease, self.answered(carry_out, request, **kwargs))
        except Unkept as trouble:
            free(asked, lease)
            return trouble.response
        except Exception:
            free(asked, lease)
            raise

    def answered(self, carry_out: Callable[..., HttpResponseBase], request: Request, **kwargs: Any) -> HttpResponseBase:
        """What the view answers, its refusals too; raises Unkept for trouble, which is rolled back."""
        try:
            response = carry_out(request, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)  # what it does not know goes on
        if response.status_code >= 500:
            raise Unkept(response)
        return response


def asked_by(request: Request) -> Asked:
    """Who asks for what by which key; refuses invalid_parameters for a key that is none."""
    key = request.headers[HEADER]
    if not WRITTEN.fullmatch(key):
        raise Refusal("invalid_parameters", "The Idempotency-Key has 1 to 255 printable characters.")
    try:
        said = b"\n".join([request.get_full_path().encode(), request._request.body])
    except RequestDataTooBig as error:
        raise Refusal("invalid_request", "The request is too long.") from error
    match = request.resolver_match
    route = match.route if match else request.path
    return Asked(owner_of(request), route[:120], key, hashlib.sha256(said).hexdigest())


def name_of(request: Request) -> uuid.UUID | None:
    """A name for what this request makes, the same for every try with its key; None without one."""
    if HEADER not in request.headers:
        return None
    asked = asked_by(request)
    return uuid.uuid5(MADE, f"{asked.owner}|{asked.route}|{asked.key}")


def owner_of(request: Request) -> str:
    """Whose keys these are: the same text as for who acts."""
    kind = "staff" if getattr(request.user, "is_staff", False) else "driver"
    return f"{kind}:{getattr(request.user, 'public_id', '')}"


def claim(asked: Asked, *, at: datetime) -> uuid.UUID | None:
    """Take the key for this request, for a minute; None where it is taken."""
    lease = uuid.uuid4()
    times = {"at": at, "until": at + LEASE, "expires": at + KEPT}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {**vars(asked), **times, "lease": lease})
        return lease if cursor.fetchone() else None


def known(asked: Asked, *, at: datetime) -> HttpResponseBase:
    """The answer that is kept for a key that was taken."""
    found = IdempotencyKey.objects.filter(owner=asked.owner, key=asked.key, expires_at__gt=at)
    row = found.filter(route=asked.route, body_hash=asked.body_hash).first()
    if row is None and found.exists():
        raise Refusal("idempotency_conflict", "This Idempotency-Key was used for another request.")
    if row is None or row.status is None:  # none: freed this very moment
        return errors.answer(
            "idempotency_conflict",
            "The first request with this Idempotency-Key is still being carried out.",
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        )
    return shown(row.status, str(row.answer), {**row.headers, REPLAYED: "true"})


def keep(asked: Asked, lease: uuid.UUID, response: HttpResponseBase) -> HttpResponseBase:
    """Keep the answer, in the transaction of what it tells; refuses idempotency_conflict for whoever took too long."""
    text = JSONRenderer().render(response.data).decode() if isinstance(response, Response) else ""
    headers = {name: value for name, value in response.items() if name.lower() != "content-type"}
    mine = IdempotencyKey.objects.filter(owner=asked.owner, route=asked.route, key=asked.key, lease=lease, status=None)
    if not mine.update(status=response.status_code, answer=text, headers=headers, leased_until=None):
        raise Refusal("idempotency_conflict", "This took too long, and another try has begun.")
    return shown(response.status_code, text, headers)


def shown(status: int, text: str, headers: dict[str, str]) -> HttpResponse:
    """A kept answer, the first time as every time."""
    return HttpResponse(text, status=status, headers=headers, content_type="application/json")


def free(asked: Asked, lease: uuid.UUID) -> None:
    """Let the next try be the first."""
    IdempotencyKey.objects.filter(owner=asked.owner, route=asked.route, key=asked.key, lease=lease).delete()


def forget_keys(*, at: datetime) -> int:
    """Delete keys that are kept no longer; answers how many."""
    return forget(IdempotencyKey.objects.filter(expires_at__lte=at).order_by("expires_at"))
