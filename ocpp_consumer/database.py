"""One hop from the event loop to the ORM: a bounded executor, a semaphore in front of it, and a limit to patience."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError

from drivepower.core.admission import GATEWAY_SHARE
from ocpp_consumer.journal import Unavailable
from ocpp_consumer.journal.writer import PATIENCE_SECONDS

P = ParamSpec("P")
T = TypeVar("T")


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
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._slots.acquire()
                hop = database_sync_to_async(verb, thread_sensitive=False, executor=self._executor)
                work: asyncio.Future[T] = asyncio.ensure_future(hop(*args, **kwargs))
                work.add_done_callback(self._free)
                return await asyncio.shield(work)
        except (TimeoutError, OperationalError, InterfaceError) as error:
            raise Unavailable from error

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
