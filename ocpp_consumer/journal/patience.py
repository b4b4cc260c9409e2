"""How long the sockets of an event loop wait for their words to be stored."""

import asyncio
from collections import deque


class Unavailable(Exception):
    """What was said could not be stored in time: it must not be acknowledged."""


class Waiters:
    """The futures of one event loop under one timer: all wait equally long, so the oldest is due first."""

    def __init__(self, loop: asyncio.AbstractEventLoop, patience: float) -> None:
        self.loop = loop
        self._patience = patience
        self._waiting: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, future: "asyncio.Future[None]") -> None:
        """Have a future end with Unavailable when patience does."""
        waiting = self._waiting
        while waiting and waiting[0][1].done():
            waiting.popleft()
        waiting.append((self.loop.time() + self._patience, future))
        if self._timer is None:
            self._timer = self.loop.call_later(self._patience, self._expire)

    def _expire(self) -> None:
        waiting, now = self._waiting, self.loop.time()
        while waiting and (waiting[0][1].done() or waiting[0][0] <= now):
            _, future = waiting.popleft()
            if not future.done():
                future.set_exception(Unavailable())
        self._timer = self.loop.call_at(waiting[0][0], self._expire) if waiting else None
