"""The end of a charge: as the station said it, or inferred from its silence until the station says it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from charging import events, review, sites
from charging.attribution import NO_ID
from charging.lifecycle.failing import block_own_tag
from charging.lifecycle.guessing import RUNNING, Stop, guess
from charging.lifecycle.locks import lock_sessions, lock_transaction
from charging.models import Session, SessionMeter
from charging.models.session import FINISHED_STATES
from drivepower.core import doorbell
from drivepower.core.texts import storable
from stations import commands
from stations.models import Station

State = Session.State


@transaction.atomic(savepoint=False)
def end(
    *,
    station: Station,
    ocpp_id: str,
    meter_stop_wh: int,
    stopped_at: datetime,
    timestamp: datetime | None,
    reason: str,
    tag: str,
    received_at: datetime,
    findings: Iterable[str] = (),
    first_reading: tuple[datetime, int] | None = None,
) -> Session | None:
    """A StopTransaction: the first one ends the session, a second changes nothing; one that names its session amends
    an end that was inferred or guessed. None if this station has no such session (it is answered all the same).

    `stopped_at` is effective, `timestamp` as the station wrote it, the register in Wh. A Stop with an unknown id is
    guessed by its tag, or by the oldest reading in it (time, Wh) where that is given.
    """
    stop = Stop(station, tag, stopped_at, timestamp, meter_stop_wh, received_at, first_reading)
    session, guessed = _session_of(stop, ocpp_id)
    if session is None:
        return None
    if session.state in FINISHED_STATES and (guessed or not session.inferred):
        _note_second_stop(session, meter_stop_wh)
    else:
        _end_by(stop, session, reason=reason, guessed=guessed, found=[*findings])
    return session


def _session_of(stop: Stop, ocpp_id: str) -> tuple[Session | None, bool]:
    """Whose the Stop is, locked, and whether that was guessed."""
    found = [] if ocpp_id in NO_ID else lock_transaction(station_id=stop.station.pk, ocpp_id=storable(ocpp_id))
    guessed = not found
    if guessed and (stop.tag or stop.first_reading or ocpp_id in NO_ID):
        found = guess(stop)
    return (found[0] if len(found) == 1 else None), guessed


def _end_by(stop: Stop, session: Session, *, reason: str, guessed: bool, found: list[str]) -> None:
    """The session ends as the Stop says."""
    _finish(
        session,
        at=stop.received_at,
        meter_stop_wh=stop.meter_stop_wh,
        stopped_at=stop.stopped_at,
        stop_received_at=stop.received_at,
        stop_reason=storable(reason)[:40] or "Local",
        inferred=guessed,
        stop_key=stop.key if guessed else session.stop_key,
        found=[*found, *([review.GUESSED] if guessed else [])],
    )
    if session.stop_asked_at is not None:
        commands.see_effect(subject=session.subject, intent="stop_charging", at=stop.received_at)


@transaction.atomic
def infer_end(*, session: Session, until: datetime, reason: str) -> bool:
    """End a session whose Stop never came, by its last reading; nothing is made up, and a late Stop amends it.

    `until` is the last moment at which it can have run. False if it has ended meanwhile.
    """
    running = lock_sessions(Q(pk=session.pk, state__in=RUNNING))
    if not running:
        return False
    meter = SessionMeter.objects.filter(pk=session.pk).first()
    last = meter.last_reading_at if meter and meter.last_reading_at else until
    started_at = running[0].started_at or until
    _finish(
        running[0],
        at=until,
        meter_stop_wh=(running[0].meter_start_wh or 0) + ((meter and meter.energy_wh) or 0),
        stopped_at=max(started_at, min(last, until)),
        stop_received_at=None,
        stop_reason=reason,
        inferred=True,
        found=[review.INFERRED],
    )
    return True


def _finish(session: Session, *, at: datetime, meter_stop_wh: int, found: list[str], **ending: Any) -> None:
    """Any running or inferred state → ENDED; energy is the register's difference, never below 0."""
    start_wh = session.meter_start_wh or 0
    if max(abs(meter_stop_wh), abs(meter_stop_wh - start_wh)) > review.MOST_WH:
        meter_stop_wh, found = start_wh, [*found, review.ODD_METER]
    energy = meter_stop_wh - start_wh
    kept = [name for name in session.findings if name not in {review.INFERRED, review.GUESSED}]
    later = session.state in FINISHED_STATES
    beyond = energy - session.limit_energy_wh if session.limit_energy_wh is not None else 0
    session.move(
        State(session.state),
        State.ENDED,
        revision=session.revision + later,
        holds_connector=False,
        meter_stop_wh=meter_stop_wh,
        billed_energy_wh=max(0, energy),
        overshoot_wh=beyond if beyond > 0 else None,
        findings=review.merged(kept, found),
        **ending,
    )
    block_own_tag(session)
    sites.note_charge(location=session.station.location, at=at)
    events.tell(session=session, kind="session.ended", at=at)
    doorbell.hint("charging.settle", session.pk)


def _note_second_stop(session: Session, meter_stop_wh: int) -> None:
    if session.meter_stop_wh != meter_stop_wh:
        review.note(session, review.SECOND_STOP)
