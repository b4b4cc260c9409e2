"""Asking the station to stop: a session is `stopping` until the station says so, and `active` again if it refuses."""

from datetime import datetime, timedelta

from django.db import transaction

from charging import events
from charging.lifecycle.failing import fail_start
from charging.lifecycle.locks import lock_session
from charging.models import Session
from stations import commands

State = Session.State
# A stop waits this long for a station that is away, and is asked for again after this long without a Stop.
STOP_WAITS = timedelta(minutes=10)
ASK_AGAIN = timedelta(minutes=1)
CANCELLED = "start_cancelled"


@transaction.atomic
def request_stop(*, session: Session, asked_by: str, cause: str, at: datetime) -> Session:
    """Ask the station to stop; `cause` is driver, limit or operator.

    A start that the station has not answered yet is cancelled; a session that has ended stays as it is.
    """
    current = lock_session(session.pk)
    if current.state == State.REQUESTED:
        fail_start(session=current, code=CANCELLED, text="Stopped before it began.", at=at)
    elif current.state == State.ACTIVE or (current.state == State.STOPPING and asked_long_ago(current, at=at)):
        _send_stop(current, asked_by=asked_by, cause=cause, at=at)
    return current


@transaction.atomic
def note_stop_answer(*, session_id: int, accepted: bool, at: datetime) -> None:
    """What the station answered to our stop; after a refusal the session counts as active again."""
    if accepted:
        return
    session = Session.objects.get(pk=session_id)
    if session.move(State.STOPPING, State.ACTIVE):
        events.tell(session=session, kind="session.resumed", at=at)


def asked_long_ago(session: Session, *, at: datetime) -> bool:
    """Whether a stop may be asked for (again): never asked, or asked a minute ago without effect."""
    return session.stop_asked_at is None or session.stop_asked_at <= at - ASK_AGAIN


def _send_stop(session: Session, *, asked_by: str, cause: str, at: datetime) -> None:
    if session.move(State.ACTIVE, State.STOPPING, stop_asked_at=at, stop_cause=cause):
        events.tell(session=session, kind="session.stopping", at=at)
    else:
        session.stop_asked_at = at
        session.save(update_fields=["stop_asked_at"])
    commands.send(
        station=session.station,
        intent="stop_charging",
        payload={"ocpp_id": session.ocpp_id},
        subject=session.subject,
        asked_by=asked_by,
        expires_at=at + STOP_WAITS,
        at=at,
        effect_expected=True,
    )
