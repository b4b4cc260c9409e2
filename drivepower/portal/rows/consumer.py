"""The WebSocket of one open list: it says what it shows, and hears what of it has changed."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import structlog
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import QueryDict

from drivepower.portal.rows.looking import Open, look
from drivepower.portal.rows.topics import TOPICS
from drivepower.portal.sitting import Sitting, person_at, sitting_of
from drivepower.portal.stream import FORBIDDEN, TRY_AGAIN, in_db
from drivepower.portal.streams.line import INTERNAL_ERROR

PACE_SECONDS, QUIET_SECONDS, PATIENCE_SECONDS = 0.2, 10.0, 10.0
MOST_KEYS, LONGEST_QUERY, LONGEST = 200, 2000, 8192
NONSENSE = 4400

log = structlog.stdlib.get_logger(__name__)


class RowsConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels has no type hints
    """One open list; what nobody looks at is not read, and what has not changed is not sent."""

    groups = ("portal", "events")

    async def connect(self) -> None:
        """Let staff in; which list, and whether they may see it, is known when it says so."""
        self.speaking: asyncio.Task[None] | None = None
        self.moved = asyncio.Event()
        self.open: Open | None = None
        self.sitting = sitting_of(self.scope)
        if await in_db(person_at, self.sitting) is None:
            await self.close(FORBIDDEN)
            return
        await self.accept()
        self.speaking = asyncio.create_task(self.end_if_silent())

    async def end_if_silent(self) -> None:
        """Who does not say what it shows is not waited for."""
        await asyncio.sleep(PATIENCE_SECONDS)
        await self.close(NONSENSE)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The first message says what the list shows; nothing after it is listened to."""
        if self.open is not None or self.speaking is None:
            return
        self.open = opened(text_data or "", sitting=self.sitting)
        self.speaking.cancel()
        if self.open is None:
            await self.close(NONSENSE)
        else:
            self.speaking = asyncio.create_task(self.speak(self.open))

    async def speak(self, shown: Open) -> None:
        """Say all rows now and what moves later, and that nothing does; close when rights or database are gone."""
        is_due = True
        try:
            while True:
                self.moved.clear()
                before, seen = shown.new, await in_db(look, shown)
                if seen is None:
                    break
                if is_due or seen.rows or seen.new != before:
                    await self.send_json({"rows": seen.rows, "new": seen.new, "since": shown.since})
                await asyncio.sleep(PACE_SECONDS)
                is_due = not await self.moves()
            await self.close(FORBIDDEN)
        except DatabaseError as error:
            log.warning("a live list lost the database", error=repr(error))
            await self.close(TRY_AGAIN)
        except Exception:  # a list that says nothing looks as if nothing moved
            log.exception("a live list failed")
            await self.close(INTERNAL_ERROR)

    async def moves(self) -> bool:
        """Wait until something moves; False where it has been quiet for a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(QUIET_SECONDS):
                return await self.moved.wait()
        return False

    async def portal_changed(self, message: dict[str, Any]) -> None:
        """Somebody committed something; one that says what moves only lists of that."""
        what = message.get("what")
        if self.open and (what is None or self.open.topic.what & set(what)):
            self.moved.set()

    async def events_recorded(self, message: dict[str, Any]) -> None:
        """Something was told of."""
        if self.open and self.open.topic.by_events:
            self.moved.set()

    async def disconnect(self, code: int) -> None:
        """Stop speaking."""
        if self.speaking is not None:
            self.speaking.cancel()


def opened(text: str, *, sitting: Sitting) -> Open | None:
    """What a page says that it shows; None for nonsense."""
    try:
        said = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    topic, keys, query, since = (said.get(name) for name in ("topic", "keys", "query", "since"))
    is_sound = (
        isinstance(topic, str)
        and topic in TOPICS
        and isinstance(keys, list)
        and len(keys) <= MOST_KEYS
        and all(isinstance(key, int) and 0 <= key < 2**63 for key in keys)
        and isinstance(query, str)
        and len(query) <= LONGEST_QUERY
        and "\x00" not in query
        and (since is None or (isinstance(since, int) and 0 <= since < 2**63))
    )
    if not is_sound:
        return None
    spoken = next((code for code, _name in settings.LANGUAGES if code == said.get("language")), settings.LANGUAGE_CODE)
    try:
        asked = QueryDict(query)
    except (SuspiciousOperation, ValueError):  # too many fields, or letters that are none
        return None
    return Open(TOPICS[str(topic)], sitting, spoken, keys or [], asked, since, since or 0)
