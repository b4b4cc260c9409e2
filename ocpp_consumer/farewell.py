"""SIGTERM and SIGINT: stations are sent away in order first, then the server hears of the signal.

A server that hears it first closes every socket at once, and all stations come back in the same second.
"""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from ocpp_consumer import gateway

HANDLED = (signal.SIGTERM, signal.SIGINT)


class Farewell:
    """Stands in front of the server's own signal handlers, which were there first; on the main thread only."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._draining: asyncio.Task[None] | None = None
        self._is_asked = False
        self._before: dict[int, Callable[[int, FrameType | None], Any]] = {}
        if threading.current_thread() is not threading.main_thread():
            return
        for number in HANDLED:
            before = signal.getsignal(number)
            if callable(before):
                self._before[number] = before
                signal.signal(number, self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        """The first signal drains; whoever signals again does not want to wait."""
        if self._is_asked or self._loop.is_closed():
            self._before[number](number, frame)
        else:
            self._is_asked = True
            self._loop.call_soon_threadsafe(self._begin, number)

    def _begin(self, number: int) -> None:
        self._draining = self._loop.create_task(self._drain(number))

    async def _drain(self, number: int) -> None:
        try:
            await gateway.drain()
        finally:
            self._before[number](number, None)
