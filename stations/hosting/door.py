"""Who may come in: the addresses under `/files/`, what may be done at each, and how many at once."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import structlog
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from stations.files import links, uploads
from stations.files.names import plain
from stations.hosting.answers import Gone, Receive, Refused, Send, answer
from stations.hosting.receiving import receive_files
from stations.hosting.serving import Outgoing, serve
from stations.hosting.turns import busy, in_db
from stations.models import FirmwareJob

PREFIX = b"/files/"
# Lines of one process that move files at the same time; a station that finds no place tries again.
MOST_AT_ONCE = 64
# Of these, one address never takes all, nor one link more than a station has files to send.
MOST_PER_ADDRESS, MOST_PER_LINK = 24, 2
LONGEST_PATH, LONGEST_TOKEN = 2000, 300
FETCHED, SENT = ("firmware", "saved"), ("diagnostics", "logs")
METHODS = dict.fromkeys(FETCHED, ("GET", "HEAD")) | dict.fromkeys(SENT, ("PUT", "POST"))

log = structlog.stdlib.get_logger(__name__)
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[Any]]


class Hosting:
    """ASGI middleware: files here, everything else behind it."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inside: Counter[str] = Counter()
        self._sending: Counter[str] = Counter()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        if not path.startswith(PREFIX):
            await self._application(scope, receive, send)
            return
        address = (scope.get("client") or [""])[0]
        try:
            with taking(self._inside, address, MOST_PER_ADDRESS, busy()):
                if self._inside.total() > MOST_AT_ONCE:
                    raise busy()
                await self._visit(path, scope, receive, send)
        except Refused as refused:
            await answer(send, refused.status, refused.headers)
        except (Gone, OSError):
            log.info("a file did not come to its end")

    async def _visit(self, path: bytes, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        folder, token, name = read_path(path)
        if scope["method"] not in METHODS[folder]:
            allowed = ", ".join(METHODS[folder]).encode()
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, [(b"allow", allowed)])
        headers = {key.lower(): value.decode("latin-1") for key, value in scope["headers"]}
        if folder in FETCHED:
            outgoing = await in_db(find, folder, token)
            if outgoing is None:
                raise Refused(HTTPStatus.NOT_FOUND)
            await serve(outgoing, wanted=headers.get(b"range", ""), with_body=scope["method"] == "GET", send=send)
            return
        with taking(self._sending, token, MOST_PER_LINK, too_many()):
            await _take(folder, token, name, headers=headers, receive=receive)
        await answer(send, HTTPStatus.CREATED)


@contextmanager
def taking(places: Counter[str], who: str, most: int, otherwise: Refused) -> Iterator[None]:
    """One of the places that somebody has; raises `otherwise` where all of them are taken."""
    if places[who] >= most:
        raise otherwise
    places[who] += 1
    try:
        yield
    finally:
        places[who] -= 1
        if not places[who]:
            del places[who]


def too_many() -> Refused:
    """This one link is busy enough."""
    return Refused(HTTPStatus.TOO_MANY_REQUESTS, [(b"retry-after", b"10")])


def read_path(path: bytes) -> tuple[str, str, str]:
    """Folder, token and name of an address as it came; Refused 404 for any other. Only the name is ever decoded."""
    parts = path.split(b"?", 1)[0].removeprefix(PREFIX).split(b"/")
    folder, token = (part.decode("latin-1") for part in [*parts, b""][:2])
    if folder not in METHODS or len(path) > LONGEST_PATH or not 0 < len(token) <= LONGEST_TOKEN:
        raise Refused(HTTPStatus.NOT_FOUND)
    name = unquote_to_bytes(parts[-1]) if len(parts) > 2 else b""
    return folder, token, plain(name.decode("utf-8", "replace"))


def find(folder: str, token: str) -> Outgoing | None:
    """The file that a link gives; a station's first visit is noted."""
    if folder == "saved":
        row = links.saved_file(token)
        return Outgoing(Path(row.file.path), plain(links.shown_name(row)), row.sha256) if row else None
    at = timezone.now()
    job = links.firmware_job(token, at=at)
    if job is None or job.image is None:
        return None
    FirmwareJob.objects.filter(pk=job.pk).update(fetched_at=Coalesce(F("fetched_at"), at))
    return Outgoing(Path(job.image.file.path), plain(links.shown_name(job.image)), job.image.sha256)


async def _take(folder: str, token: str, name: str, *, headers: dict[bytes, str], receive: Receive) -> None:
    """Keep the files of a request; raises Refused for what is too much, before it comes where its length is said."""
    welcome = await in_db(uploads.welcome, folder=folder, token=token, at=timezone.now())
    if welcome is None:
        raise Refused(HTTPStatus.NOT_FOUND)
    length = read_length(headers)
    if length > settings.FILE_UPLOAD_MAX_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not welcome.has_turns:
        raise Refused(HTTPStatus.CONFLICT)
    if not welcome.room or length > welcome.room:
        raise Refused(HTTPStatus.INSUFFICIENT_STORAGE)
    limit = min(settings.FILE_UPLOAD_MAX_BYTES, welcome.room)
    content_type = headers.get(b"content-type", "")
    async with receive_files(receive, name=name, content_type=content_type, limit=limit) as came:
        try:
            await in_db(uploads.keep, job_id=welcome.job_id, came=came, at=timezone.now())
        except uploads.TooMany:
            raise Refused(HTTPStatus.CONFLICT) from None
        except uploads.NoRoom:
            raise Refused(HTTPStatus.INSUFFICIENT_STORAGE) from None


def read_length(headers: dict[bytes, str]) -> int:
    """What Content-Length says; -1 where it says nothing, as for a body in chunks."""
    said = headers.get(b"content-length", "")
    return int(said) if said.isdecimal() and len(said) < 19 else -1
