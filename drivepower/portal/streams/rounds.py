"""Something that one task does again and again for all sockets of a process, for as long as there are any."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.stdlib.get_logger(__name__)


class Round:
    """A step and the pause after it; a step that fails is logged, and its next turn comes."""

    def __init__(self, step: Callable[[], Awaitable[None]], *, pause: float) -> None:
        self._step = step
        self._pause = pause
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, if it has not begun."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_doing())

    def stop(self) -> None:
        """End, if it has begun."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _keep_doing(self) -> None:
        while True:
            try:
                await self._step()
            except Exception as error:  # a database or a doorbell that is away, or a mistake: the sockets stay open
                log.warning("a round of the streams failed", step=self._step.__qualname__, error=repr(error))
                await asyncio.sleep(1.0)
            await asyncio.sleep(self._pause)
