"""StatusNotification: every change while connected, and after an outage only what is different (S 4.9)."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ocpp.v16 import call

from .clock import now, stamp

if TYPE_CHECKING:
    from .station import Station


@dataclass(frozen=True)
class Change:
    """A connector's status (0: the station's own) since a moment."""

    connector_id: int
    status: str
    error_code: str
    since: datetime


class Statuses:
    """Notices changes of status and reports them, one after another."""

    def __init__(self, station: "Station") -> None:
        self._station = station
        self._current: dict[int, Change] = {}
        self._reported: dict[int, Change] = {}
        self._queue: deque[Change] = deque()

    @property
    def is_told(self) -> bool:
        """Whether every report that is due has been answered."""
        return not self._queue

    def look(self) -> None:
        """Notices what has changed, and tells everyone who waits for something."""
        for connector_id, status, error_code in self._station.statuses_now():
            last = self._current.get(connector_id)
            if last is None or (last.status, last.error_code) != (status, error_code):
                change = Change(connector_id, status, error_code, now())
                self._current[connector_id] = change
                if self._station.is_ready:
                    self._queue.append(change)
        self._station.changes.notify()

    def report(self, *, connector_id: int | None = None) -> None:
        """Reports the present status of one connector, or of the station and all of them."""
        self.look()
        self._queue.extend(c for n, c in sorted(self._current.items()) if connector_id in (None, n))
        self._station.changes.notify()

    def catch_up(self) -> None:
        """Reports what changed while nobody could be told."""
        self.look()
        self._queue.clear()
        self._queue.extend(c for n, c in sorted(self._current.items()) if self._reported.get(n) != c)
        self._station.changes.notify()

    def start_over(self) -> None:
        """Reports everything, as after a boot (E 3.22)."""
        self._reported.clear()
        self.catch_up()

    async def pump(self) -> None:
        """Sends the reports in order, for ever; what breaks off is left to the next `catch_up`."""
        while True:
            await self._station.changes.until(lambda: self._queue and self._station.is_ready)
            change = self._queue[0]
            was_answered = await self._station.request(
                call.StatusNotification(
                    connector_id=change.connector_id,
                    error_code=change.error_code,
                    status=change.status,
                    timestamp=stamp(change.since),
                )
            )
            if was_answered is not None:
                self._reported[change.connector_id] = change
            if self._queue and self._queue[0] is change:
                self._queue.popleft()
            self._station.changes.notify()
