"""A file on its way in: written to the disk as it comes, never held in memory, and counted while it comes."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

from stations.files.uploads import Came, partial_file
from stations.hosting.answers import CHUNK, QUIET_SECONDS, Gone, Receive, Refused
from stations.hosting.forms import extract

# A file has come within this time, in seconds, and no slower than this, in bytes of each minute after the first.
LONGEST_SECONDS = 30 * 60.0
MINUTE, LEAST_BYTES = 60.0, 60 * 1024
TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@asynccontextmanager
async def receive_files(receive: Receive, *, name: str, content_type: str, limit: int) -> AsyncIterator[list[Came]]:
    """The files of a request, among the partial ones: its raw body, or those in its form. What is left there is erased.

    Raises Refused 413 beyond `limit` bytes, 400 for a form without a file, 507 for a disk without room, 408 for a line
    that stands still or takes for ever, and Gone.
    """
    body = await asyncio.to_thread(partial_file)
    came: list[Came] = []
    try:
        size, sha256 = await _write_body(receive, body, limit=limit)
        if content_type.startswith("multipart/form-data"):
            came = await asyncio.to_thread(extract, body, content_type=content_type, size=size)
        else:
            came = [Came(name, body, size, sha256)]
        yield came
    except OSError as error:
        raise Refused(HTTPStatus.INSUFFICIENT_STORAGE) from error
    finally:
        await asyncio.to_thread(_erase, [body, *(one.path for one in came)])


async def _write_body(receive: Receive, path: Path, *, limit: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with await asyncio.to_thread(path.open, "xb") as file:
        async for chunk in _gathered(receive):
            size += len(chunk)
            if size > limit:
                raise Refused(TOO_LARGE)
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    return size, digest.hexdigest()


class Pace:
    """How fast a body comes; a trickle holds a place that others wait for."""

    def __init__(self) -> None:
        self._began = self._since = time.monotonic()
        self._bytes, self._is_first = 0, True

    def note(self, size: int) -> None:
        """So much has come; raises Refused 408 where that is too little or all of it has taken too long."""
        now = time.monotonic()
        self._bytes += size
        if now - self._began > LONGEST_SECONDS:
            raise too_slow()
        if now - self._since > MINUTE:
            minutes = (now - self._since) / MINUTE
            if not self._is_first and self._bytes < LEAST_BYTES * minutes:
                raise too_slow()
            self._since, self._bytes, self._is_first = now, 0, False


def too_slow() -> Refused:
    """Nobody waits for the rest."""
    return Refused(HTTPStatus.REQUEST_TIMEOUT, [(b"connection", b"close")])


async def _gathered(receive: Receive) -> AsyncIterator[bytes]:
    """The body in pieces worth a hop to a thread; raises Gone for who left, Refused 408 for who is too slow."""
    gathered, more, pace = bytearray(), True, Pace()
    while more:
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                message = await receive()
        except TimeoutError:
            raise too_slow() from None
        pace.note(len(message.get("body", b"")))
        if message["type"] != "http.request":
            raise Gone
        gathered += message.get("body", b"")
        more = message.get("more_body", False)
        if gathered and (len(gathered) >= CHUNK or not more):
            yield bytes(gathered)
            gathered.clear()


def _erase(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
