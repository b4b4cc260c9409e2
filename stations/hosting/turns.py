"""One short question to the database at a time, in turn with the requests of pages."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, close_old_connections

from drivepower.core import admission
from stations.hosting.answers import Refused

P = ParamSpec("P")
T = TypeVar("T")


def busy() -> Refused:
    """Come again a little later."""
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, [(b"retry-after", b"10")])


async def in_db(ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask on a thread that gives its connection back; raises Refused 503 where no turn comes or the database is away.

    What was begun goes on if nobody waits for it any more; its turn ends when it ends.
    """

    def asked() -> T:
        try:
            return ask(*args, **kwargs)
        finally:
            close_old_connections()

    turns = admission.slots()
    try:
        async with asyncio.timeout(admission.PATIENCE_SECONDS):
            await turns.acquire()
    except TimeoutError:
        raise busy() from None
    work: asyncio.Future[T] = asyncio.ensure_future(sync_to_async(asked, thread_sensitive=False)())
    work.add_done_callback(lambda done: turns.release())
    try:
        return await asyncio.shield(work)
    except (OperationalError, InterfaceError) as error:
        raise busy() from error
