"""How open charges stand: one query a second for all drivers who watch, and only what has changed is sent."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from charging.api.shown import progress_of, show_limit, show_progress
from charging.models import Session
from drivepower.portal.streams.rounds import Round
from drivepower.portal.streams.turns import ask

EVERY_SECONDS = 1.0
# How a charge stands, by the names of its fields.
Shown = Mapping[str, Any]


@dataclass(eq=False, slots=True)
class Watch:
    """One socket of a driver, and what it was told of each charge."""

    driver: int
    tell: Callable[[Shown], None]
    told: dict[str, Shown] = field(default_factory=dict)

    def hear(self, sessions: Collection[Shown]) -> None:
        """Pass on what is different now."""
        for shown in sessions:
            if self.told.get(shown["session_id"]) != shown:
                self.tell(shown)
        self.told = {shown["session_id"]: shown for shown in sessions}


class Meters:
    """Those who watch."""

    def __init__(self) -> None:
        self._watches: set[Watch] = set()
        self._round = Round(self._read, pause=EVERY_SECONDS)

    def join(self, watch: Watch) -> None:
        """Tell it from now on."""
        self._watches.add(watch)
        self._round.start()

    def leave(self, watch: Watch) -> None:
        """Tell it nothing more; the last one ends the reading."""
        self._watches.discard(watch)
        if not self._watches:
            self._round.stop()

    async def _read(self) -> None:
        watches = tuple(self._watches)
        found = await ask(read_open, {watch.driver for watch in watches})
        for watch in watches:
            watch.hear(found.get(watch.driver, ()))


def read_open(drivers: Collection[int]) -> dict[int, list[Shown]]:
    """The open charges of these drivers, by key, in one query."""
    found: dict[int, list[Shown]] = defaultdict(list)
    mine = Session.objects.open().filter(driver__in=drivers).order_by("pk")
    shown = mine.select_related("station", "connector", "meter", "price_terms").defer("price_terms__document")
    for session in shown:
        if session.driver_id is not None:
            found[session.driver_id].append(show(session))
    return dict(found)


def show(session: Session) -> Shown:
    """How it stands, under the names of GET /api/v1/charging/{session_id}."""
    meter = getattr(session, "meter", None)
    currency = session.price_terms.currency if session.price_terms else settings.DEFAULT_CURRENCY
    progress = progress_of(session, meter, None, at=timezone.now())
    return {
        "session_id": str(session.public_id),
        "state": session.state,
        "station_id": session.station.code,
        "connector_id": session.connector.number,
        "start_time": session.started_at,
        **show_progress(session, meter, progress, currency),
        **show_limit(session, progress, currency),
        "currency": currency,
        "reading_at": meter.last_reading_at if meter else None,
    }
