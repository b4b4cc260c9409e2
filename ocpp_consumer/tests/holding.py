"""Somebody else's transaction that holds a lock as long as a test wants, and who waits for it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from django.db import connection, transaction

from ocpp_consumer.tests.server import eventually, in_db


@asynccontextmanager
async def held(lock: Callable[[], object]) -> AsyncIterator[None]:
    """What `lock` locks stays locked until the end of the block."""
    has_it, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock()
            has_it.set()
            free.wait()

    holding = asyncio.ensure_future(in_db(hold, thread_sensitive=False)())
    try:
        await asyncio.to_thread(has_it.wait)
        yield
    finally:
        free.set()
        await holding


async def someone_waits(*, at_least: int = 1) -> None:
    """Wait until so many wait for a lock in this database."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

    def waiting() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return int(cursor.fetchone()[0]) >= at_least

    await eventually(waiting, f"{at_least} wait for a lock")
