"""The start page's live half: the same board that the page was drawn with, again whenever the network moves.

The journal says on the channel layer that something changed; that is only a doorbell, so the board is also sent when it
has been quiet for a while. Figures are taken once per process, however many people watch.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone, translation

from accounts.models import User
from drivepower.core import admission
from drivepower.portal.board import Board, draw
from drivepower.portal.figures import Figures, Kept, take
from drivepower.portal.sections import Section, sections_of

# One board a second at most, one in this many seconds at least.
PACE_SECONDS = 1.0
QUIET_SECONDS = 10.0
FORBIDDEN = 4403
TRY_AGAIN = 1013

log = structlog.stdlib.get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


async def in_db(ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask the database on a thread, in turn with the requests of pages; the turn ends with the thread's work."""
    slots = admission.slots()
    await slots.acquire()
    hop = database_sync_to_async(ask, thread_sensitive=False)
    work: asyncio.Future[T] = asyncio.ensure_future(hop(*args, **kwargs))
    work.add_done_callback(lambda done: slots.release())
    return await asyncio.shield(work)


def take_now(kept: Kept) -> Figures:
    """The figures of this moment in the portal's zone."""
    return take(at=timezone.now(), zone=ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE), kept=kept)


class SharedFigures:
    """The newest figures of this process, taken anew when they are older than the pace."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.figures: Figures | None = None
        self.kept = Kept()
        self.taken = 0.0

    async def newest(self) -> Figures:
        """Figures that are at most one pace old; who comes while they are being taken waits for the same."""
        async with self.lock:
            if self.figures is None or time.monotonic() - self.taken >= PACE_SECONDS:
                self.figures = await in_db(take_now, self.kept)
                self.taken = time.monotonic()
            return self.figures


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, SharedFigures] = WeakKeyDictionary()


def shared() -> SharedFigures:
    """The figures that everyone on this event loop shares; a server process has one loop."""
    return _shared.setdefault(asyncio.get_running_loop(), SharedFigures())


def sections_now(user_id: int) -> frozenset[Section]:
    """What this person may see now: rights end while a page stays open."""
    user = User.objects.filter(pk=user_id).first()
    return sections_of(user) if user else frozenset()


def draw_for(user_id: int, *, figures: Figures, language: str) -> Board | None:
    """The board that this person may see now, in that language; None when there is nothing left to see."""
    sections = sections_now(user_id)
    with translation.override(language):
        return draw(figures, sections=sections) if sections else None


class StreamConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels has no type hints
    """One open start page; needs a staff session with a right to see at least one section."""

    groups = ("portal", "events")

    async def connect(self) -> None:
        """Refuse who may see nothing, else start to speak."""
        self.speaking: asyncio.Task[None] | None = None
        self.moved = asyncio.Event()
        self.user_id: int = self.scope["user"].pk or 0  # a stranger has no key
        asked = parse_qs(self.scope["query_string"].decode("ascii", "replace")).get("language", [""])[0]
        self.language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        if not await in_db(sections_now, self.user_id):
            await self.close(FORBIDDEN)
            return
        await self.accept()
        self.speaking = asyncio.create_task(self.speak())

    async def speak(self) -> None:
        """Send the board now and whenever something moved; close when the rights or the database are gone."""
        try:
            while board := await self.newest_board():
                await self.send_json(asdict(board))
                await asyncio.sleep(PACE_SECONDS)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.moved.wait(), QUIET_SECONDS)
            await self.close(FORBIDDEN)
        except DatabaseError as error:
            log.warning("portal stream lost the database", error=repr(error))
            await self.close(TRY_AGAIN)

    async def newest_board(self) -> Board | None:
        """The board of this moment; what moves while it is drawn asks for another."""
        self.moved.clear()
        figures = await shared().newest()
        return await in_db(draw_for, self.user_id, figures=figures, language=self.language)

    async def portal_changed(self, message: dict[str, Any]) -> None:
        """Somebody committed something that a page may show."""
        self.moved.set()

    async def events_recorded(self, message: dict[str, Any]) -> None:
        """Something was told of."""
        self.moved.set()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A page has nothing to say here."""

    async def disconnect(self, code: int) -> None:
        """Stop speaking."""
        if self.speaking is not None:
            self.speaking.cancel()
