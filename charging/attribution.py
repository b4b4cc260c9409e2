"""Whose a reading is: the transaction it names, else the one that held its connector at that moment."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from charging.clock import DAWN
from charging.metering import Sample
from charging.models import Session
from charging.models.session import FINISHED_STATES
from drivepower.core.texts import storable

# What stations send that never got, or lost, the id of their transaction (errata 3.18).
NO_ID = frozenset({"", "0", "-1"})
# Some clocks write whole seconds: a sample of the start may seem to come just before it.
SECONDS_DIFFER = timedelta(seconds=5)
# A Start that comes this long after it happened was kept by its station; readings may have come before it.
LATE = timedelta(seconds=30)

COLUMNS = (
    *("pk", "meter_start_wh", "connector__number", "started_at", "stopped_at"),
    *("start_received_at", "state", "inferred"),
)
# Of the keys that a row can have, none is longer.
LONGEST_KEY = 18


class Attribution(NamedTuple):
    """A session, the register from which its energy counts, and where and when its readings are."""

    session_id: int
    meter_start_wh: int | None
    number: int
    since: datetime
    until: datetime | None = None
    is_late: bool = False

    def covers(self, at: datetime) -> bool:
        """Whether a sample of that moment can be of this session; a clock that was never set says nothing."""
        return at < DAWN or (self.since - SECONDS_DIFFER <= at and (self.until is None or at <= self.until))


def session_for(*, station_id: int, number: int, ocpp_id: str) -> Attribution | None:
    """The session of this station that a reading belongs to; None keeps it as a sample of the connector.

    A session whose real end is known takes no readings of a later time; one whose end was only inferred does.
    """
    if ocpp_id in NO_ID:
        running = [Session.State.ACTIVE, Session.State.STOPPING]
        which = Q(connector__number=number, holds_connector=True, state__in=running)
    else:
        which = Q(ocpp_id=storable(ocpp_id), started_at__isnull=False)
    return next(_read(which & Q(station_id=station_id)), None)


def is_of_another(*, station_id: int, ocpp_id: str) -> bool:
    """Whether a transaction of that number is there, but of another station; numbers are our own keys."""
    if not ocpp_id.isdecimal() or len(ocpp_id) > LONGEST_KEY:
        return False
    return Session.objects.filter(pk=int(ocpp_id), started_at__isnull=False).exclude(station=station_id).exists()


def sessions_at(*, station_id: int, number: int, times: Sequence[datetime]) -> list[Attribution]:
    """The sessions that the connector has had in a stretch of the past, the newest first."""
    which = Q(station_id=station_id, connector__number=number, started_at__lte=max(times) + SECONDS_DIFFER)
    return list(_read(which & (Q(stopped_at=None) | Q(stopped_at__gte=min(times)))))


def part(
    samples: Iterable[Sample], sessions: Sequence[Attribution]
) -> tuple[dict[Attribution, list[Sample]], list[Sample]]:
    """The samples by the first of these sessions that covers them, and those that none covers."""
    found: dict[Attribution, list[Sample]] = {}
    left = []
    for sample in samples:
        owner = next((session for session in sessions if session.covers(sample.at)), None)
        if owner is None:
            left.append(sample)
        else:
            found.setdefault(owner, []).append(sample)
    return found, left


def _read(which: Q) -> Iterator[Attribution]:
    rows = Session.objects.filter(which).exclude(started_at=None).order_by("-started_at").values_list(*COLUMNS)
    for key, meter_start_wh, number, since, stopped_at, received_at, state, inferred in rows:
        until = stopped_at if state in FINISHED_STATES and not inferred else None
        is_late = received_at is not None and received_at - since >= LATE
        yield Attribution(key, meter_start_wh, number, since, until, is_late)
