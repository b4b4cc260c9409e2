"""The start page's live half: the same board that the page was drawn with, again whenever the network moves.

The journal says on the channel layer that something changed; that is only a doorbell, so the board is also sent when it
has been quiet for a while. Figures are taken once per process and company, however many people watch; the doorbell
rings for the whole network, so a company hears of it only when something of its own has moved.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary, WeakValueDictionary
from zoneinfo import ZoneInfo

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone, translation

from drivepower.core import admission
from drivepower.portal.board import Board, draw
from drivepower.portal.figures import Figures, Kept, take
from drivepower.portal.figures.scope import NETWORK, Scope
from drivepower.portal.sections import start_sections_of
from drivepower.portal.sitting import Sitting, person_at, sitting_of
from drivepower.portal.streams.line import INTERNAL_ERROR

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


def take_now(kept: Kept, scope: Scope) -> Figures:
    """The figures of this moment in the portal's zone."""
    return take(at=timezone.now(), zone=ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE), kept=kept, scope=scope)


class SharedFigures:
    """The newest figures of this process, of the network or of one company, taken anew when older than the pace."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.lock = asyncio.Lock()
        self.figures: Figures | None = None
        self.kept = Kept()
        self.taken = 0.0

    async def newest(self) -> Figures:
        """Figures that are at most one pace old; who comes while they are being taken waits for the same."""
        async with self.lock:
            if self.figures is None or time.monotonic() - self.taken >= PACE_SECONDS:
                self.figures = await in_db(take_now, self.kept, self.scope)
                self.taken = time.monotonic()
            return self.figures


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakValueDictionary[int, SharedFigures]] = WeakKeyDictionary()
HOUSE = 0


def shared(scope: Scope = NETWORK) -> SharedFigures:
    """The figures that everyone of that scope on this event loop shares, as long as somebody looks at them."""
    of_loop = _shared.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    return of_loop.setdefault(scope.company or HOUSE, SharedFigures(scope))


def scope_now(sitting: Sitting) -> Scope | None:
    """Whose figures this person may see now; None where there are none for them."""
    user = person_at(sitting)
    if user is None or not start_sections_of(user):
        return None
    return Scope(user) if user.company else NETWORK


def draw_for(sitting: Sitting, *, figures: Figures, language: str) -> Board | None:
    """The board that this person may see now, in that language; None when there is nothing left to see.

    Rights and sessions end while a page stays open, and people change companies: figures are of nobody else's.
    """
    user = person_at(sitting)
    if user is None or user.company_id != figures.scope.company or not (sections := start_sections_of(user)):
        return None
    with translation.override(language), timezone.override(figures.zone):
        return draw(figures, sections=sections)


def moving_parts(board: Board) -> Board:
    """What of it moves because something happened, and not because time passes."""
    return replace(board, texts={key: text for key, text in board.texts.items() if key != "clock"})


class StreamConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels has no type hints
    """One open start page; needs a staff session with a right to see at least one section."""

    groups = ("portal", "events")

    async def connect(self) -> None:
        """Refuse who may see nothing, else start to speak."""
        self.speaking: asyncio.Task[None] | None = None
        self.moved = asyncio.Event()
        self.sitting = sitting_of(self.scope)
        asked = parse_qs(self.scope["query_string"].decode("ascii", "replace")).get("language", [""])[0]
        self.language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        scope = await in_db(scope_now, self.sitting)
        if scope is None:
            await self.close(FORBIDDEN)
            return
        self.shared = shared(scope)
        await self.accept()
        self.speaking = asyncio.create_task(self.speak())

    async def speak(self) -> None:
        """Send the board now and whenever something moved; close when the rights or the database are gone."""
        try:
            told, is_due = None, True
            while board := await self.newest_board():
                if is_due or self.shared.scope is NETWORK or moving_parts(board) != told:
                    await self.send_json(asdict(board))
                    told = moving_parts(board)
                await asyncio.sleep(PACE_SECONDS)
                is_due = not await self.moves()
            await self.close(FORBIDDEN)
        except DatabaseError as error:
            log.warning("portal stream lost the database", error=repr(error))
            await self.close(TRY_AGAIN)
        except Exception:  # a board that says nothing looks as if nothing moved
            log.exception("the portal stream failed")
            await self.close(INTERNAL_ERROR)

    async def moves(self) -> bool:
        """Wait until something moves; False where it has been quiet for a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(QUIET_SECONDS):
                return await self.moved.wait()
        return False

    async def newest_board(self) -> Board | None:
        """The board of this moment; what moves while it is drawn asks for another."""
        self.moved.clear()
        figures = await self.shared.newest()
        return await in_db(draw_for, self.sitting, figures=figures, language=self.language)

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
