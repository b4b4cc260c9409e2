"""At the door of HTTP: as many at once as there are database connections for them, so that stations keep theirs.

Passwords have a smaller gate before it: hashing one takes long by design, and who guesses keeps nobody else waiting.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings

from drivepower.core import errors

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[Any]]

# Each half of the pool has a semaphore of its size in front of it; the smallest pool, of one, is shared after all.
GATEWAY_SHARE = max(1, settings.DATABASE_POOL_SIZE // 2)
PAGES_SHARE = max(1, settings.DATABASE_POOL_SIZE - GATEWAY_SHARE)
PATIENCE_SECONDS = 2.0
# What is answered without the database.
FREE = ("/health/live", settings.STATIC_URL)

# How many passwords are hashed at once, and where that is asked for.
PASSWORDS_AT_ONCE = max(1, min(2, PAGES_SHARE - 1))
HASHING = {
    "POST": re.compile(
        r"/api/(v1/)?auth/(login|signup|password|password/reset/confirm)"
        r"|/api/v1/operator/drivers|/admin/(login|password_change)/|/admin/accounts/user/(add|[0-9]+/password)/"
    ),
    "PATCH": re.compile(r"/api/v1/profile"),
}

Gate = asyncio.Semaphore
_passwords: WeakKeyDictionary[asyncio.AbstractEventLoop, Gate] = WeakKeyDictionary()
_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, Gate] = WeakKeyDictionary()


def slots() -> Gate:
    """The pages' share of the connections, in this process; a server process has one event loop."""
    return _slots.setdefault(asyncio.get_running_loop(), Gate(PAGES_SHARE))


def gates_of(scope: Mapping[str, Any]) -> list[Gate]:
    """What a request passes, in this order: who waits for a password holds no connection."""
    hashing = HASHING.get(scope["method"])
    if hashing is None or not hashing.fullmatch(scope["path"]):
        return [slots()]
    return [_passwords.setdefault(asyncio.get_running_loop(), Gate(PASSWORDS_AT_ONCE)), slots()]


class Admission:
    """ASGI middleware around Django: a request that waits too long for its turn is answered 503."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Let the request in, with a slot that it keeps until Django has given its connection back."""
        if scope["path"].startswith(FREE):
            await self._application(scope, receive, send)
            return
        visit = Visit(gates_of(scope), receive, send)
        try:
            await self._application(scope, visit.receive, send)
        finally:
            visit.leave()


class Visit:
    """One request; it takes its slot when its body has come, so that nobody holds one by speaking slowly."""

    def __init__(self, gates: list[Gate], receive: Receive, send: Send) -> None:
        self._gates = gates
        self._receive = receive
        self._send = send
        self._passed: list[Gate] = []

    async def receive(self) -> Message:
        """The server's next message; its body's last one waits for a slot, and is a disconnect if none is free."""
        message = await self._receive()
        if message["type"] != "http.request" or message.get("more_body"):
            return message
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                for gate in self._gates:
                    await gate.acquire()
                    self._passed.append(gate)
        except TimeoutError:
            await refuse(self._send)
            return {"type": "http.disconnect"}
        return message

    def leave(self) -> None:
        """Give the slot back, if there was one, and whatever stood before it."""
        while self._passed:
            self._passed.pop().release()


async def refuse(send: Send) -> None:
    """Answer as the API does when the database is busy."""
    answer = errors.answer("unavailable", "Try again in a moment.")
    body = json.dumps(answer.data).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), (b"retry-after", b"2")]
    with suppress(OSError):  # the client has gone
        await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": body})
