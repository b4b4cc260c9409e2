"""Waiting for a condition instead of for time: whoever changes something notifies, waiters look again."""

import asyncio
from collections.abc import Callable


class Changes:
    """One bell for everything that can change in a station."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def notify(self) -> None:
        """Wakes everyone who waits, to look at their condition again."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, holds: Callable[[], object]) -> None:
        """Returns as soon as the condition holds."""
        while not holds():
            await self._rung.wait()

    async def sleep(self, seconds: float | None, *, unless: Callable[[], object]) -> bool:
        """Sleeps (None: for ever) unless the condition comes to hold; says whether it slept to the end."""
        try:
            async with asyncio.timeout(seconds):
                await self.until(unless)
        except TimeoutError:
            return True
        return False
