"""The frames of one socket that are not answered yet, in the order in which they came."""

import asyncio
from collections import deque

from ocpp_consumer.heard import Heard

# Stations have been seen with five CALLs under way; beyond this many, reading pauses.
LONGEST = 32


class Line:
    """One task lets frames join and another one takes the first: smaller and faster than a queue, which is for many."""

    def __init__(self) -> None:
        self._frames: deque[Heard] = deque()
        self._came: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def sleeper(self) -> "asyncio.Future[None] | None":
        """What ends the sleep of the task that takes; a frame that is handed in at once has the journal end it."""
        came = self._came
        return None if self._frames or came is None or came.done() else came

    async def has_room(self) -> None:
        """Wait until a frame can join."""
        while len(self._frames) >= LONGEST:
            self._room = asyncio.get_running_loop().create_future()
            await self._room

    def join(self, heard: Heard) -> None:
        """Come last; a line that is closed takes nobody."""
        if self._is_closed:
            return
        self._frames.append(heard)
        if len(self._frames) == 1 and not heard.is_handed_in:
            wake(self._came)

    async def first(self) -> Heard:
        """Who is first, once it is there and, if it is handed in, stored; raises Unavailable if that was not done."""
        if not self._frames:
            self._came = asyncio.get_running_loop().create_future()
            await self._came
        return self._frames[0]

    def leave(self) -> None:
        """The first has been answered."""
        self._frames.popleft()
        wake(self._room)

    def close(self) -> None:
        """Nobody is answered any longer; who waits for room goes on, so that the goodbye is read."""
        self._is_closed = True
        self._frames.clear()
        wake(self._room)


def wake(sleeper: "asyncio.Future[None] | None") -> None:
    """Let a task go on that sleeps."""
    if sleeper is not None and not sleeper.done():
        sleeper.set_result(None)
