"""Whose a Stop may be that names no session of ours; what is guessed stays open to the Stop that names it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from charging import clock, review
from charging.attribution import SECONDS_DIFFER
from charging.lifecycle.locks import lock_sessions
from charging.models import Session
from drivepower.core.texts import storable
from stations.models import Station

RUNNING = (Session.State.ACTIVE, Session.State.STOPPING)


@dataclass(frozen=True, slots=True)
class Stop:
    """What a Stop without an id of ours said; `first_reading` (time, Wh) is the oldest that it brings."""

    station: Station
    tag: str
    stopped_at: datetime
    timestamp: datetime | None
    meter_stop_wh: int
    received_at: datetime
    first_reading: tuple[datetime, int] | None

    @property
    def key(self) -> str:
        """The hash of folded tag, timestamp and register as received: a repetition says the same."""
        said = self.timestamp.isoformat() if self.timestamp else ""
        parts = [storable(self.tag).upper(), said, self.meter_stop_wh]
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()

    @property
    def tells_nothing(self) -> bool:
        """Whether it names neither a tag nor a time: then it may be of any charge, also of a past one."""
        moment = clock.effective(said=self.timestamp, received_at=self.received_at)
        return not (self.tag or self.first_reading or moment.plausible)


def guess(stop: Stop) -> list[Session]:
    """Who was taken for it before, else who runs with its tag, or without a tag the only one whom it fits; locked."""
    repeated = lock_sessions(Q(station=stop.station, stop_key=stop.key) & ~Q(stop_key=""))
    if repeated or stop.tells_nothing:
        return repeated
    register = max(-review.MOST_WH, min(stop.meter_stop_wh, review.MOST_WH))
    running = Q(station=stop.station, state__in=RUNNING, started_at__lte=stop.stopped_at, meter_start_wh__lte=register)
    if stop.tag:
        running &= Q(tag__iexact=storable(stop.tag))
    if stop.first_reading:
        at, first_wh = stop.first_reading
        running &= Q(started_at__lte=at + SECONDS_DIFFER, meter_start_wh__lte=first_wh)
    return lock_sessions(running)
