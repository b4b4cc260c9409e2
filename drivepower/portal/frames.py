"""The WebSocket of one open OCPP log: it says what it shows, and hears what was said since."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import QueryDict
from django.utils import timezone, translation

from drivepower.portal.sitting import Sitting, person_at, sitting_of
from drivepower.portal.stream import FORBIDDEN, TRY_AGAIN, in_db
from drivepower.portal.streams.line import INTERNAL_ERROR
from ocpp_consumer.log import live
from ocpp_consumer.log.live import Watched

# Frames are looked for by themselves: no gateway rings for them, since metering is all that most of them are.
PACE_SECONDS, QUIET_SECONDS, PATIENCE_SECONDS = 0.7, 10.0, 10.0
LONGEST_QUERY, LONGEST = 2000, 8192
NONSENSE = 4400
RIGHT = "ocpp_consumer.view_frame"

log = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True)
class Open:
    """A log that somebody looks at, in their language."""

    sitting: Sitting
    language: str
    watched: Watched


def look(shown: Open) -> list[dict[str, Any]] | None:
    """Rows that are new or different; None where this person may not see the log any more."""
    user = person_at(shown.sitting)
    if user is None or not user.has_perm(RIGHT):
        return None
    zone = ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)
    with translation.override(shown.language), timezone.override(zone):
        return live.look(shown.watched, person=user, at=timezone.now())


class FramesConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels has no type hints
    """One open log."""

    async def connect(self) -> None:
        """Let staff in; what they may see is known when the log says what it shows."""
        self.speaking: asyncio.Task[None] | None = None
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
        """The first message says what the log shows; nothing after it is listened to."""
        if self.open is not None or self.speaking is None:
            return
        self.open = opened(text_data or "", sitting=self.sitting)
        self.speaking.cancel()
        if self.open is None:
            await self.close(NONSENSE)
        else:
            self.speaking = asyncio.create_task(self.speak(self.open))

    async def speak(self, shown: Open) -> None:
        """Say what is new, and now and then that nothing is; close when rights or database are gone."""
        quiet = QUIET_SECONDS
        try:
            while (found := await in_db(look, shown)) is not None:
                quiet += PACE_SECONDS
                if found or quiet >= QUIET_SECONDS:
                    await self.send_json({"rows": found, "since": shown.watched.since.isoformat()})
                    quiet = 0.0
                await asyncio.sleep(PACE_SECONDS)
            await self.close(FORBIDDEN)
        except DatabaseError as error:
            log.warning("a live log lost the database", error=repr(error))
            await self.close(TRY_AGAIN)
        except Exception:  # a log that says nothing looks as if nothing were said
            log.exception("a live log failed")
            await self.close(INTERNAL_ERROR)

    async def disconnect(self, code: int) -> None:
        """Stop speaking."""
        if self.speaking is not None:
            self.speaking.cancel()


def opened(text: str, *, sitting: Sitting) -> Open | None:
    """What a page says that it shows; None for nonsense."""
    try:
        said: Any = json.loads(text) if len(text) <= LONGEST else None
        query, since, language = (said[name] for name in ("query", "since", "language"))
        begun = datetime.fromisoformat(since).astimezone(UTC)
        if not isinstance(query, str) or len(query) > LONGEST_QUERY or "\x00" in query:
            return None
        asked = QueryDict(query)
    except (KeyError, OverflowError, RecursionError, SuspiciousOperation, TypeError, ValueError):
        return None
    spoken = next((code for code, _name in settings.LANGUAGES if code == language), settings.LANGUAGE_CODE)
    return Open(sitting, spoken, Watched(asked, begun))
