"""What a session used over time, as `billing.pricing` wants it: built from its readings, or from its two ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from billing import pricing
from billing.pricing import Consumption, Terms
from charging import metering, readings
from charging.models import Session, SessionMeter
from charging.readings import Register
from drivepower.core.compiled import Compiled, Given, Keys
from stations.models import StatusSpan
from stations.models.state import IDLE

Change = tuple[datetime, str]

SPANS = Compiled(
    lambda: StatusSpan.objects.filter(station__in=Keys("stations"), since__gt=Given("since")).order_by("since", "id")
)


def of(*, session: Session, at: datetime) -> Consumption:
    """What a session used until its end, or until now while it runs."""
    meter = SessionMeter.objects.filter(pk=session.pk).first()
    return build(
        session,
        energy_wh=energy_of(session, meter),
        registers=readings.registers_of([session]).get(session.pk, []),
        changes=changes_of([session]).get(session.pk, []),
        at=at,
    )


def running(
    *, sessions: Sequence[Session], meters: Mapping[int, SessionMeter], terms: Mapping[int, Terms], at: datetime
) -> dict[int, Consumption]:
    """The same for many running sessions at once; readings are fetched only where a price has changed since the start.

    Within one set of prices the way in which the energy grew makes no difference.
    """
    changed = [session for session in sessions if _price_has_changed(terms[session.pk], session.started_at or at, at)]
    registers = readings.registers_of(changed)
    changes = changes_of(sessions)
    return {
        session.pk: build(
            session,
            energy_wh=energy_of(session, meters.get(session.pk)),
            registers=registers.get(session.pk, []),
            changes=changes.get(session.pk, []),
            at=at,
        )
        for session in sessions
    }


def energy_of(session: Session, meter: SessionMeter | None) -> int:
    """The energy in Wh: billed once the session has ended, as last read before."""
    if session.billed_energy_wh is not None:
        return session.billed_energy_wh
    return (meter.energy_wh if meter else None) or 0


def build(
    session: Session, *, energy_wh: int, registers: Sequence[Register], changes: Sequence[Change], at: datetime
) -> Consumption:
    """The consumption of these readings (time, register) and status changes (time, status), both in order of time."""
    started_at = session.started_at or at
    ended_at = max(started_at, session.stopped_at or at)
    idle_since = _idle_since([change for change in changes if started_at < change[0] < ended_at])
    points = [(started_at, 0)]
    for moment, register in registers:
        if started_at < moment < ended_at:
            since_start = metering.since_start(register, meter_start_wh=session.meter_start_wh or 0)
            points.append((moment, min(max(since_start, points[-1][1]), energy_wh)))
    points.append((ended_at, energy_wh))
    return Consumption(
        started_at=started_at,
        charging_ended_at=idle_since or ended_at,
        left_at=ended_at if idle_since else None,
        curve=tuple(points),
    )


def changes_of(sessions: Sequence[Session]) -> dict[int, list[Change]]:
    """The status changes of each session's connector since it began, in order of time."""
    began = {session.pk: session.started_at for session in sessions if session.started_at}
    if not began:
        return {}
    stations = list({session.station_id for session in sessions})
    by_connector: dict[tuple[int, int], list[Change]] = {}
    for span in SPANS.all(stations=stations, since=min(began.values())):
        by_connector.setdefault((span.station_id, span.number), []).append((span.since, span.status))
    return {session.pk: by_connector.get((session.station_id, session.connector.number), []) for session in sessions}


def _idle_since(changes: Sequence[Change]) -> datetime | None:
    """Since when the connector was kept without charging, up to the end; None if it was not."""
    since = None
    for moment, status in reversed(changes):
        if status not in IDLE:
            break
        since = moment
    return since


@lru_cache(maxsize=4096)
def _price_changes_at(terms: Terms, started_at: datetime) -> datetime | None:
    return pricing.next_change(terms, started_at)


def _price_has_changed(terms: Terms, started_at: datetime, at: datetime) -> bool:
    change = _price_changes_at(terms, started_at)
    return change is not None and change <= at
