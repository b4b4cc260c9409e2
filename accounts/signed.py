"""Requests that another server signs with a secret it shares with us (HMAC-SHA256); it acts as one person.

X-Client-Id, X-Client-Timestamp (milliseconds) and X-Client-Signature: the hex digest over
"{id}.{timestamp}.{METHOD}.{path with its query}.{hex SHA-256 of the body}"; for GET the older "{id}.{timestamp}" too.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiClient, User

# How far a request's time may be from ours; for so long its signature is remembered.
WINDOW = timedelta(minutes=5)
# What is computed for clients that are not there, so that both take the same time.
NO_SECRET = "0" * 64
USE = """
INSERT INTO accounts_signedrequest (client_id, signature, at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""


class SignedAuthentication(BaseAuthentication):
    """Requests that carry X-Client-Id; each signature counts once."""

    def authenticate(self, request: Request) -> tuple[User, ApiClient] | None:
        """The person whom the client acts as; None for requests that name no client."""
        client_id = request.headers.get("X-Client-Id")
        if client_id is None:
            return None
        client = check(request._request, client_id=client_id, at=timezone.now())
        if client is None:
            raise AuthenticationFailed("The signature is not valid.")
        return client.user, client


def check(request: HttpRequest, *, client_id: str, at: datetime) -> ApiClient | None:
    """The client that has signed this request within the window and for the first time, or None."""
    stamp, given = (request.headers.get(f"X-Client-{name}", "") for name in ("Timestamp", "Signature"))
    if not is_near(stamp, at=at) or "\x00" in client_id:
        return None
    known = ApiClient.objects.select_related("user").filter(is_active=True, user__is_active=True)
    client = known.filter(client_id=client_id).first()
    secret = (client.secret if client else NO_SECRET).encode()
    signatures = [hmac.new(secret, text.encode(), hashlib.sha256).hexdigest() for text in texts(request)]
    # All are compared, so that the time tells nothing.
    good = [made for made in signatures if hmac.compare_digest(made.encode(), given.encode())]
    if client is None or not good:
        return None
    with connection.cursor() as cursor:
        cursor.execute(USE, [client.pk, good[0], at])
        return client if cursor.rowcount == 1 else None


def texts(request: HttpRequest) -> Iterator[str]:
    """What a good signature may be over."""
    start = f"{request.headers['X-Client-Id']}.{request.headers.get('X-Client-Timestamp', '')}"
    body = hashlib.sha256(request.body).hexdigest()
    yield f"{start}.{request.method}.{request.get_full_path()}.{body}"
    if request.method == "GET":
        yield start


def is_near(stamp: str, *, at: datetime) -> bool:
    """Whether a time in milliseconds is within the window."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 15):
        return False
    return abs(int(stamp) / 1000 - at.timestamp()) <= WINDOW.total_seconds()
