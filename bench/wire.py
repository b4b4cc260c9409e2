"""A WebSocket client as small as RFC 6455 allows: text frames out, whole unfragmented frames in, pings answered."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple, cast

from bench.histogram import Histogram

TEXT, CLOSE, PING = 0x81, 0x88, 0x89
# The key that masks a frame is all zeros: the server does its work as ever, and the text need not be changed here.
MASKED, NO_MASK = 0x80, b"\0\0\0\0"


class Expected(NamedTuple):
    """An answer on its way: how it must begin, what it answers, when its request was due."""

    beginning: bytes
    action: str
    due: float
    future: "asyncio.Future[bytes] | None"


class Ended(Exception):
    """The server closed the socket, or refused it."""


class Socket(asyncio.Protocol):
    """One station's socket; answers must come in the order of the requests, or they count as wrong."""

    def __init__(self, request: bytes, *, latencies: dict[str, Histogram]) -> None:
        self.request = request
        self.latencies = latencies
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.answered = self.wrong = self.count = 0
        self.expected: deque[Expected] = deque()
        self.called: Callable[[bytes], None] | None = None
        self._buffer = b""
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Take in whatever came; what is not whole yet waits."""
        self._buffer += data
        if not self.is_open and not self._upgrade():
            return
        while self._frame():
            pass

    def connection_lost(self, error: Exception | None) -> None:
        """Tell everyone who waits."""
        if not self.opened.done():
            self.opened.set_exception(Ended("the server ended the socket"))
        for expected in self.expected:
            if expected.future and not expected.future.done():
                expected.future.set_exception(Ended("the server ended the socket"))

    def say(self, text: bytes, *, expect: bytes, action: str, due: float | None = None) -> None:
        """Send a text whose answer nobody waits for; it is timed from `due` (monotonic), now if not given."""
        self.expected.append(Expected(expect, action, due or time.monotonic(), None))
        self.transport.write(frame(text))

    async def ask(self, text: bytes, *, expect: bytes, action: str) -> bytes:
        """Send a text and wait for its answer."""
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.expected.append(Expected(expect, action, time.monotonic(), future))
        self.transport.write(frame(text))
        return await future

    def next_id(self) -> int:
        """The id of the next request on this socket."""
        self.count += 1
        return self.count

    def close(self) -> None:
        """Say goodbye."""
        self.transport.write(bytes((CLOSE, MASKED | 2)) + NO_MASK + (1000).to_bytes(2, "big"))
        self.transport.close()

    def _upgrade(self) -> bool:
        head, end, self._buffer = self._buffer.partition(b"\r\n\r\n")
        if not end:
            self._buffer = head
            return False
        if b" 101 " not in head[:20]:
            self.opened.set_exception(Ended(head.split(b"\r\n", 1)[0].decode()))
            self.transport.close()
            return False
        self.is_open = True
        self.opened.set_result(None)
        return True

    def _frame(self) -> bool:
        """Take one frame off the buffer, if a whole one is there."""
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        kind, length, begin = buffer[0], buffer[1], 2
        if length >= 126:
            begin = 4 if length == 126 else 10
            length = int.from_bytes(buffer[2:begin], "big")
        end = begin + length
        if len(buffer) < end:
            return False
        payload, self._buffer = buffer[begin:end], buffer[end:]
        if kind == TEXT:
            self._hear(payload)
        elif kind == PING:
            self.transport.write(bytes((0x8A, MASKED | length)) + NO_MASK + payload)
        elif kind == CLOSE:
            self.transport.close()
        return True

    def _hear(self, payload: bytes) -> None:
        if payload.startswith(b"[2,") and self.called:
            self.called(payload)
            return
        if not self.expected:
            self.wrong += 1
            return
        beginning, action, due, future = self.expected.popleft()
        if not payload.startswith(beginning):
            self.wrong += 1
        self.answered += 1
        self.latencies[action].add(time.monotonic() - due)
        if future and not future.done():
            future.set_result(payload)


def frame(text: bytes) -> bytes:
    """A text frame, masked with zeros."""
    length = len(text)
    if length < 126:
        return bytes((TEXT, MASKED | length)) + NO_MASK + text
    if length < 65_536:
        return bytes((TEXT, MASKED | 126)) + length.to_bytes(2, "big") + NO_MASK + text
    return bytes((TEXT, MASKED | 127)) + length.to_bytes(8, "big") + NO_MASK + text
