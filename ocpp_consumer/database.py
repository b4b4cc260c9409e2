"""One hop from the event loop to the ORM: a bounded executor, a semaphore in front of it, and a limit to patience."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError

from drivepower.core.admission import GATEWAY_SHARE
from ocpp_consumer.journal import Unavailable
from ocpp_consumer.journal.writer import PATIENCE_SECONDS

P = ParamSpec("P")
T = TypeVar("T")

AGAIN_AFTER_SECONDS = 1.0


class Database:
    """This gateway's share of the connection pool."""

    def __init__(self) -> None:
        # More threads than connections would only wait inside the pool.
        self._executor = ThreadPoolExecutor(GATEWAY_SHARE, thread_name_prefix="verb")
        self._slots = asyncio.Semaphore(GATEWAY_SHARE)
        self._behind = asyncio.Semaphore(1)

    async def run(self, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Carry out a verb on a thread; raises Unavailable if the database is away or it takes too long.

        A verb that was begun goes on even if nobody waits for it any more: its slot is free when it ends.
        """
        return await self.run_or(None, verb, *args, **kwargs)

    async def run_or(
        self, late: Callable[[T], object] | None, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same for what must not be lost: what the verb gives when nobody waits any more is handed to `late`."""
        work: asyncio.Future[T] | None = None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._slots.acquire()
                hop = database_sync_to_async(verb, thread_sensitive=False, executor=self._executor)
                work = asyncio.ensure_future(hop(*args, **kwargs))
                work.add_done_callback(self._free)
                return await asyncio.shield(work)
        except BaseException as error:
            if late and work:
                work.add_done_callback(partial(_hand_over, late))
            if isinstance(error, (TimeoutError, OperationalError, InterfaceError)):
                raise Unavailable from error
            raise

    async def insist_behind(self, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for what no station waits for; between two tries others have their turn."""
        return await self._insist(lambda: self.run_behind(verb, *args, **kwargs))

    async def insist(self, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Carry out a verb that may be carried out twice, as soon as the database is back; as long as this process."""
        return await self._insist(lambda: self.run(verb, *args, **kwargs))

    async def _insist(self, hop: Callable[[], Awaitable[T]]) -> T:
        """Hop until the database is there."""
        while True:
            try:
                return await hop()
            except Unavailable:
                await asyncio.sleep(AGAIN_AFTER_SECONDS)

    async def run_behind(self, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for what no station waits for: one at a time, so that a crowd's errands keep nobody at the door."""
        async with self._behind:
            return await self.run(verb, *args, **kwargs)

    def close(self) -> None:
        """Take no more verbs; those that were begun end by themselves."""
        self._executor.shutdown(wait=False)

    def _free(self, work: "asyncio.Future[T]") -> None:
        self._slots.release()
        if not work.cancelled():
            work.exception()  # seen here, in case nobody waits any more


def _hand_over(late: Callable[[T], object], work: "asyncio.Future[T]") -> None:
    if not work.cancelled() and work.exception() is None:
        late(work.result())
