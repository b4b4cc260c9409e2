"""Background work of one station: a reference is kept, failures are told, the end cancels all of it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Tasks:
    """The set of a station's running tasks; `report` is called with a line when one fails."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Runs the work in the background."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def cancel(self) -> None:
        """Cancels every task, and waits until they are gone."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(f"{task.get_name()} failed: {type(error).__name__}: {error}")
