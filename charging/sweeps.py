"""What makes lost messages cost only delay: each sweep takes a bounded batch, and may run twice or in parallel."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from charging import settlement
from charging.lifecycle import fail_start, infer_end
from charging.lifecycle.choosing import FITTING
from charging.models import Session
from charging.models.session import SessionQuerySet
from drivepower.core import alerts
from stations.models import ConnectorState, Station

log = structlog.stdlib.get_logger(__name__)
State = Session.State

BATCH = 500
# A station that shows a free connector has ended the charge, once it has been silent for this long.
QUIET = timedelta(minutes=15)
# One that is away may be charging still and will say so; after this long somebody should look.
AWAY = timedelta(hours=12)
AWAY_AND_SILENT = timedelta(hours=2)
# A session without readings was last heard of at its start.
LAST_READING = Coalesce("meter__last_reading_at", "started_at")


def fail_expired_starts(*, at: datetime) -> int:
    """Fail requested sessions whose Start never came; answers how many."""
    expired = Session.objects.filter(state=State.REQUESTED, expires_at__lte=at).order_by("expires_at")[:BATCH]
    text = "The station did not start in time."
    done = _each(expired, lambda session: fail_start(session=session, code="start_timeout", text=text, at=at))
    return _told("starts that never came are failed", done)


def settle_ended(*, at: datetime) -> int:
    """Settle ended sessions, oldest first; one that cannot be settled raises an alert and is passed over."""
    ended = Session.objects.filter(state=State.ENDED).order_by("pk")[:BATCH]
    return _told("ended sessions are settled", _each(ended, lambda session: _settle(session, at)))


def end_hung(*, at: datetime) -> int:
    """End, as inferred, sessions that are over by all that can be seen; never for their age alone.

    No reading for a quarter of an hour, and the connector has said since that it is free, or another charge began
    there; or the station has been away for half a day.
    """
    hung = hung_sessions(at=at)[:BATCH]
    done = _each(hung, lambda session: infer_end(session=session, until=at, reason="Silence"))
    return _told("hung sessions are ended", done)


def hung_sessions(*, at: datetime) -> SessionQuerySet:
    """Running sessions that are over by all that can be seen, oldest first."""
    same_connector = {"station": OuterRef("station"), "number": OuterRef("connector__number")}
    free = ConnectorState.objects.filter(
        **same_connector, status__in=FITTING, effective_at__gt=OuterRef("last_at"), received_at__lte=at - QUIET
    )
    next_one = Session.objects.filter(connector=OuterRef("connector"), started_at__gt=OuterRef("last_at"))
    online = Station.objects.online(at=at).filter(pk=OuterRef("station"))
    return (
        # A Start from the past is not hung while its Stop may be the next thing that the station sends.
        Session.objects.filter(state__in=[State.ACTIVE, State.STOPPING], start_received_at__lte=at - QUIET)
        .alias(last_at=LAST_READING)
        .filter(last_at__lte=at - QUIET)
        .filter(
            Q(Exists(free))
            | Q(Exists(next_one), holds_connector=False)
            | Q(~Exists(online), started_at__lte=at - AWAY, last_at__lte=at - AWAY_AND_SILENT)
        )
        .order_by("pk")
    )


def _settle(session: Session, at: datetime) -> bool:
    return settlement.settle(session_id=session.pk, at=at) is not None


def _each(sessions: Iterable[Session], act: Callable[[Session], bool]) -> int:
    """How many were really moved; whatever breaks on one is told, and the next one gets its turn."""
    done = 0
    for session in list(sessions):
        try:
            done += act(session)
        except Exception as error:
            log.exception("sweep failed on a session", session=session.pk)
            text = f"Session {session.pk} cannot be worked on: {error!r}"
            alerts.open_alert(kind="session_stuck", subject=session.subject, text=text, at=timezone.now())
    return done


def _told(what: str, done: int) -> int:
    if done:
        log.info(what, count=done)
    return done
