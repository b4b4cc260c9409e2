"""One open socket: what is said to it waits in a queue of so many bytes, what it says is measured."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog
from django.db import DatabaseError

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

UNAUTHORIZED, FORBIDDEN, TOO_LATE, TOO_MANY = 4401, 4403, 4408, 4429
TEXT_ONLY, TOO_BIG, INTERNAL_ERROR, TRY_AGAIN = 1003, 1009, 1011, 1013
# Bytes that wait for a reader, beside one snapshot, and how long a message may take until it is on its way.
MOST_WAITING, SLOW_SECONDS = 1024 * 1024, 20.0
MOST_A_SECOND, LONGEST = 10, 4096
CLOSING_SECONDS = 5.0

log = structlog.stdlib.get_logger(__name__)


class Goodbye(Exception):
    """The socket ends with this code; None where the other side has gone."""

    def __init__(self, code: int | None, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Line:
    """Talks over a socket that has been accepted."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._waiting: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        self._bytes = 0
        self._snapshot: str | None = None
        self._heard_at: deque[float] = deque(maxlen=MOST_A_SECOND)
        self._over: asyncio.Future[Goodbye] = asyncio.get_running_loop().create_future()

    def say(self, text: str) -> None:
        """Send it when its turn comes; a reader for whom too much waits is sent away."""
        size = size_of(text)
        if self._bytes + size > MOST_WAITING:
            self.end(TRY_AGAIN, "too slow")
            return
        self._bytes += size
        self._waiting.put_nowait((text, size))

    def show(self, snapshot: str) -> None:
        """Send a snapshot when its turn comes: it has a place of its own, however large it is, for one at a time."""
        if self._snapshot is not None:
            self.end(TRY_AGAIN, "too slow")
            return
        self._snapshot = snapshot
        self._waiting.put_nowait((snapshot, 0))

    def end(self, code: int, reason: str) -> None:
        """Say goodbye; whatever waits is not sent."""
        if not self._over.done():
            self._over.set_result(Goodbye(code, reason))

    async def hear(self) -> str:
        """The next message; Goodbye where the socket ends, or says too much."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise Goodbye(None)
        now, text = asyncio.get_running_loop().time(), message.get("text")
        if len(self._heard_at) == MOST_A_SECOND and now - self._heard_at[0] < 1.0:
            raise Goodbye(TOO_MANY, "too many messages")
        self._heard_at.append(now)
        if text is None:
            raise Goodbye(TEXT_ONLY, "text only")
        if size_of(text) > LONGEST:
            raise Goodbye(TOO_BIG, "too long")
        return str(text)

    async def hold(self, talk: Coroutine[Any, Any, None]) -> None:
        """Live until the talk, the socket or its reader's patience ends, then close it."""
        tasks: list[asyncio.Task[None]] = [asyncio.create_task(self._write()), asyncio.create_task(talk)]
        try:
            ending: list[asyncio.Future[Any]] = [*tasks, self._over]
            await asyncio.wait(ending, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        goodbye = self._over.result() if self._over.done() else goodbye_of(ends)
        if goodbye.code is not None:
            with suppress(OSError, RuntimeError, TimeoutError):  # it may have ended, or never be read again
                async with asyncio.timeout(CLOSING_SECONDS):
                    await self._send({"type": "websocket.close", "code": goodbye.code, "reason": goodbye.reason})

    async def _write(self) -> None:
        while True:
            text, size = await self._waiting.get()
            self._bytes -= size
            if text is self._snapshot:
                self._snapshot = None
            try:
                async with asyncio.timeout(SLOW_SECONDS):
                    await self._send({"type": "websocket.send", "text": text})
            except TimeoutError:
                raise Goodbye(TRY_AGAIN, "too slow") from None


def size_of(text: str) -> int:
    """In bytes, as it is sent."""
    return len(text) if text.isascii() else len(text.encode())


def goodbye_of(ends: list[Any]) -> Goodbye:
    """Which goodbye follows from how the tasks of a socket ended."""
    for end in ends:
        match end:
            case Goodbye():
                return end
            case DatabaseError():
                log.warning("a stream lost the database", error=repr(end))
                return Goodbye(TRY_AGAIN, "try again later")
            case OSError():
                return Goodbye(None)
            case Exception():
                log.error("a stream failed", exc_info=end)
                return Goodbye(INTERNAL_ERROR)
    return Goodbye(None)


def read(text: str) -> dict[str, Any]:
    """A message as an object; anything else says nothing."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
