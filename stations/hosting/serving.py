"""A file on its way out: whole, in part, or only its headers; read on a thread, sent as fast as the line takes it."""

import asyncio
import re
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from stations.hosting.answers import ALWAYS, CHUNK, QUIET_SECONDS, Gone, Headers, Refused, Send

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True)
class Outgoing:
    """A file on our disk, what it is called, and what tells one content from another."""

    path: Path
    name: str
    tag: str


@dataclass(frozen=True)
class Part:
    """From the first byte to the last one, both counted from zero."""

    first: int
    last: int


async def serve(outgoing: Outgoing, *, wanted: str, with_body: bool, send: Send) -> None:
    """Answer with the file or the part of it that is wanted; raises Refused 404 or 416, Gone for a line that stands."""
    try:
        file = await asyncio.to_thread(outgoing.path.open, "rb")
    except OSError as error:
        raise Refused(HTTPStatus.NOT_FOUND) from error
    try:
        size = await asyncio.to_thread(file.seek, 0, 2)
        part = read_range(wanted, size=size)
        await send({"type": "http.response.start", **_head(outgoing, part, size=size)})
        if with_body:
            await _send_part(file, part or Part(0, size - 1), send=send)
        else:
            await send({"type": "http.response.body", "body": b""})
    finally:
        await asyncio.to_thread(file.close)


def read_range(wanted: str, *, size: int) -> Part | None:
    """The one part that a Range header names; None for the whole file, as also where it asks for several parts."""
    match = RANGE.fullmatch(wanted.replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        part = Part(max(0, size - int(last)), size - 1)
    else:
        part = Part(int(first), min(int(last), size - 1) if last else size - 1)
    if part.first > part.last:
        raise Refused(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, [(b"content-range", b"bytes */%d" % size)])
    return part


def _head(outgoing: Outgoing, part: Part | None, *, size: int) -> dict[str, object]:
    length = part.last - part.first + 1 if part else size
    headers: Headers = [
        (b"content-type", b"application/octet-stream"),
        (b"content-length", b"%d" % length),
        (b"content-disposition", f"attachment; filename*=UTF-8''{quote(outgoing.name)}".encode("ascii")),
        (b"accept-ranges", b"bytes"),
        (b"etag", f'"{outgoing.tag}"'.encode("ascii")),
        *ALWAYS,
    ]
    if part is None:
        return {"status": int(HTTPStatus.OK), "headers": headers}
    headers.append((b"content-range", b"bytes %d-%d/%d" % (part.first, part.last, size)))
    return {"status": int(HTTPStatus.PARTIAL_CONTENT), "headers": headers}


async def _send_part(file: BinaryIO, part: Part, *, send: Send) -> None:
    await asyncio.to_thread(file.seek, part.first)
    left = part.last - part.first + 1
    while left > 0:
        chunk = await asyncio.to_thread(file.read, min(CHUNK, left))
        if not chunk:
            raise Gone  # the file has shrunk under us: the length that we said is no longer true
        left -= len(chunk)
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except TimeoutError:
            raise Gone from None
    await send({"type": "http.response.body", "body": b""})
