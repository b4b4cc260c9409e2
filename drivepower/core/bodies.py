"""How much a request may bring along: counted before Django keeps any of it, whoever sends it and however."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from io import BytesIO
from typing import Any, NamedTuple

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError, close_old_connections
from django.template.loader import render_to_string
from django.utils import timezone, translation

from drivepower.core import admission, errors
from drivepower.core.admission import Application, Message, Receive, Send

# Everywhere but at the doors that take files.
MOST_BYTES = 1024**2
# What a form says beside its file.
FORM_BYTES = 64 * 1024
# A connection that ends while somebody is still sending takes the answer with it, so its end waits a little.
LINGER_SECONDS, LINGER_BYTES = 1.0, 8 * 1024**2


class Door(NamedTuple):
    """Addresses that take a file of so many bytes; `is_for_staff`: from who has logged in, and 1 MB from others."""

    path: re.Pattern[str]
    most: int
    is_for_staff: bool


class Bodies:
    """ASGI middleware before everything that reads: 413, and the end of the connection, for a body that is too long."""

    def __init__(self, application: Application, doors: Sequence[Door]) -> None:
        self._application = application
        self._doors = doors

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Let a request in whose length says that it is short enough; what says nothing is counted as it comes."""
        said = length_of(scope)
        try:
            most = MOST_BYTES if said is not None and said <= MOST_BYTES else await self._most(scope)
        except (TimeoutError, InterfaceError, OperationalError):
            await admission.refuse(send)
            return
        if said is not None and said > most:
            await refuse(scope, most, receive, send)
            return
        body = Body(scope, most, receive, send)
        await self._application(scope, body.receive, body.send)

    async def _most(self, scope: Mapping[str, Any]) -> int:
        for door in self._doors:
            if door.path.fullmatch(scope["path"]):
                return door.most if not door.is_for_staff or await has_session(scope) else MOST_BYTES
        return MOST_BYTES


class Body:
    """One request's body; beyond the most it is answered here, and what stands behind is told that nobody is there."""

    def __init__(self, scope: Mapping[str, Any], most: int, receive: Receive, send: Send) -> None:
        self._scope, self._most = scope, most
        self._left = most
        self._receive = receive
        self._send = send
        self._is_over = False

    async def receive(self) -> Message:
        """The server's next message, while it is short enough."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left >= 0:
            return message
        self._is_over = True
        await refuse(self._scope, self._most, self._receive, self._send)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """What is answered, unless it was answered already."""
        if not self._is_over:
            await self._send(message)


def length_of(scope: Mapping[str, Any]) -> int | None:
    """How long a request says that its body is; None where it does not say. The server takes no other than digits."""
    said = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(said[0]) if said and said[0].isdigit() and len(said[0]) < 20 else None


async def has_session(scope: Mapping[str, Any]) -> bool:
    """Whether a request shows the session of somebody who has logged in, in turn with the requests of pages."""
    cookies = SimpleCookie()
    with suppress(CookieError):
        cookies.load("; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if key is None:
        return False
    async with asyncio.timeout(admission.PATIENCE_SECONDS), admission.slots():
        return await sync_to_async(is_somebodys, thread_sensitive=False)(key.value)


def is_somebodys(key: str) -> bool:
    """Whether there is a session of that key, and somebody has logged in with it."""
    try:
        session = Session.objects.filter(pk=key.replace("\x00", ""), expire_date__gt=timezone.now()).first()
        return session is not None and SESSION_KEY in session.get_decoded()
    finally:
        close_old_connections()


async def refuse(scope: Mapping[str, Any], most: int, receive: Receive, send: Send) -> None:
    """Answer in the way of the address, and hang up; what is on its way is thrown away for a moment: this is read."""
    kind, body = in_the_way_of(scope, most)
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), (b"connection", b"close")]
    with suppress(OSError):  # the client has gone
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await throw_away(receive, LINGER_BYTES)
        await send({"type": "http.response.body", "body": b""})


def in_the_way_of(scope: Mapping[str, Any], most: int) -> tuple[bytes, bytes]:
    """What kind of answer it is and what it says: the API's own shape under /api, a page in words elsewhere."""
    path = scope["path"]
    if path.startswith("/api/"):
        answer = errors.answer("invalid_request", "The request is too long.", status=413)
        return b"application/json", json.dumps(answer.data).encode()
    request = ASGIRequest(scope, BytesIO())
    said = {"megabytes": most // MOST_BYTES, "is_portal": path.startswith("/admin/")}
    with translation.override(translation.get_language_from_request(request)):
        return b"text/html; charset=utf-8", render_to_string("core/too_long.html", said).encode()


async def throw_away(receive: Receive, most: int) -> None:
    """Read to the end of a body, or so many bytes of it."""
    while most > 0:
        message = await receive()
        if not message.get("more_body"):
            return
        most -= len(message["body"])
