"""What a session used over time, as `billing.pricing` wants it: built from its readings, or from its two ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from billing import pricing
from billing.pricing import Consumption, Terms
from charging import metering, readings, stays
from charging.models import Session, SessionMeter
from charging.readings import Register
from charging.stays import Stay


def of(*, session: Session, terms: Terms, at: datetime) -> Consumption:
    """What a session used until its end, or until now while it runs; how long its car was idle goes by these terms."""
    return of_many(sessions=[session], terms={session.pk: terms}, at=at)[session.pk]


def of_many(*, sessions: Sequence[Session], terms: Mapping[int, Terms], at: datetime) -> dict[int, Consumption]:
    """The same for many sessions; the number of queries does not grow with them."""
    unbilled = [session.pk for session in sessions if session.billed_energy_wh is None]
    meters = SessionMeter.objects.in_bulk(unbilled) if unbilled else {}
    return _built(sessions, meters, terms, readings.registers_of(sessions), at=at)


def running(
    *, sessions: Sequence[Session], meters: Mapping[int, SessionMeter], terms: Mapping[int, Terms], at: datetime
) -> dict[int, Consumption]:
    """The same for many running sessions at once; readings are fetched only where a price has changed since the start.

    Within one set of prices the way in which the energy grew makes no difference.
    """
    changed = [session for session in sessions if _price_has_changed(terms[session.pk], session.started_at or at, at)]
    return _built(sessions, meters, terms, readings.registers_of(changed), at=at)


def _built(
    sessions: Sequence[Session],
    meters: Mapping[int, SessionMeter],
    terms: Mapping[int, Terms],
    registers: Mapping[int, Sequence[Register]],
    *,
    at: datetime,
) -> dict[int, Consumption]:
    stayed = stays.stays_of(sessions, changes=stays.changes_of(sessions, at=at), terms=terms, at=at)
    return {
        session.pk: build(
            session,
            energy_wh=energy_of(session, meters.get(session.pk)),
            registers=registers.get(session.pk, []),
            stay=stayed[session.pk],
            at=at,
        )
        for session in sessions
    }


def energy_of(session: Session, meter: SessionMeter | None) -> int:
    """The energy in Wh: billed once the session has ended, as last read before."""
    if session.billed_energy_wh is not None:
        return session.billed_energy_wh
    return (meter.energy_wh if meter else None) or 0


def build(session: Session, *, energy_wh: int, registers: Sequence[Register], stay: Stay, at: datetime) -> Consumption:
    """The consumption of these readings (time, register), in order of time, and of how long the car stayed idle."""
    started_at = session.started_at or at
    ended_at = max(started_at, session.stopped_at or at)
    points = [(started_at, 0)]
    for moment, register in registers:
        if started_at < moment < ended_at:
            since_start = metering.since_start(register, meter_start_wh=session.meter_start_wh or 0)
            points.append((moment, min(max(since_start, points[-1][1]), energy_wh)))
    points.append((ended_at, energy_wh))
    return Consumption(
        started_at=started_at,
        charging_ended_at=stay.charging_ended_at,
        left_at=stay.left_at,
        curve=tuple(points),
    )


@lru_cache(maxsize=4096)
def _price_changes_at(terms: Terms, started_at: datetime) -> datetime | None:
    return pricing.next_change(terms, started_at)


def _price_has_changed(terms: Terms, started_at: datetime, at: datetime) -> bool:
    change = _price_changes_at(terms, started_at)
    return change is not None and change <= at
