"""What makes lost messages cost only delay: each sweep takes a bounded batch, and may run twice or in parallel."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Substr
from django.utils import timezone

from billing import ledger
from billing.models import Hold
from charging import limits, settlement
from charging.decisions import STUCK
from charging.lifecycle import fail_start, infer_end
from charging.lifecycle.locks import lock_session
from charging.models import Session
from charging.models.session import SessionQuerySet
from drivepower.core import alerts
from drivepower.core.models import Alert
from drivepower.core.sentences import sentence
from stations.models import ConnectorState, Station
from stations.models.state import FITTING

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
# The kinds of the alerts of what a sweep cannot do, beside STUCK.
START_STUCK, HOLD_STUCK, END_STUCK = "start_stuck", "hold_stuck", "end_stuck"
SUBJECT = "session:"
RUNNING = (State.ACTIVE, State.STOPPING)
# Nothing may be held for these; in review money stays held until somebody has looked.
PAID_OR_VOID = (State.SETTLED, State.WAIVED, State.FAILED)


def fail_expired_starts(*, at: datetime) -> int:
    """Fail requested sessions whose Start never came; answers how many."""
    requested = Session.objects.filter(state=State.REQUESTED)
    text = "The station did not start in time."
    return _each(
        requested.filter(expires_at__lte=at),
        lambda session: fail_start(session=session, code="start_timeout", text=text, at=at),
        kind=START_STUCK,
        while_in=requested,
        at=at,
    )


def settle_ended(*, at: datetime) -> int:
    """Settle ended sessions, oldest first; one that cannot be settled raises an alert and is passed over.

    The alert is resolved once the session is finished, whoever did it. Those whose car may still stand there wait.
    """
    ended = Session.objects.filter(state=State.ENDED)
    ripe = ended.filter(Q(settle_from=None) | Q(settle_from__lte=at))
    done = _each(ripe, lambda session: _settle(session, at), kind=STUCK, while_in=ended, at=at)
    _resolve(limits.UNJUDGED, while_in=Session.objects.filter(state__in=RUNNING), at=at)
    return done


def free_leftovers(*, at: datetime) -> int:
    """Release what is still held for sessions that are paid or void; answers for how many."""
    held = _named_in(Hold.objects.filter(state=Hold.State.ACTIVE, subject__startswith=SUBJECT))
    over = Session.objects.filter(state__in=PAID_OR_VOID, pk__in=held)
    return _each(over, lambda session: _free(session, at), kind=HOLD_STUCK, while_in=over, at=at)


def end_hung(*, at: datetime) -> int:
    """End, as inferred, sessions that are over by all that can be seen; never for their age alone.

    No reading for a quarter of an hour, and the connector has said since that it is free, or another charge began
    there; or the station has been away for half a day.
    """
    return _each(
        hung_sessions(at=at),
        lambda session: infer_end(session=session, until=at, reason="Silence"),
        kind=END_STUCK,
        while_in=Session.objects.filter(state__in=RUNNING),
        at=at,
    )


def hung_sessions(*, at: datetime) -> SessionQuerySet:
    """Running sessions that are over by all that can be seen."""
    same_connector = {"station": OuterRef("station"), "number": OuterRef("connector__number")}
    free = ConnectorState.objects.filter(
        **same_connector, status__in=FITTING, effective_at__gt=OuterRef("last_at"), received_at__lte=at - QUIET
    )
    next_one = Session.objects.filter(connector=OuterRef("connector"), started_at__gt=OuterRef("last_at"))
    online = Station.objects.online(at=at).filter(pk=OuterRef("station"))
    return (
        # A Start from the past is not hung while its Stop may be the next thing that the station sends.
        Session.objects.filter(state__in=RUNNING, start_received_at__lte=at - QUIET)
        .alias(last_at=LAST_READING)
        .filter(last_at__lte=at - QUIET)
        .filter(
            Q(Exists(free))
            | Q(Exists(next_one), holds_connector=False)
            | Q(~Exists(online), started_at__lte=at - AWAY, last_at__lte=at - AWAY_AND_SILENT)
        )
    )


@transaction.atomic
def _free(session: Session, at: datetime) -> bool:
    if lock_session(session.pk).state not in PAID_OR_VOID:
        return False
    return ledger.release(subject=session.subject, at=at) > 0


def _next(sessions: SessionQuerySet, kind: str) -> SessionQuerySet:
    """A batch, oldest first; those that have been stuck come last, the one that was tried longest ago before others."""
    subject = Concat(Value(SUBJECT), Cast(OuterRef("pk"), CharField()))
    stuck = Alert.objects.open().filter(kind=kind, subject=subject)
    return sessions.alias(tried_at=Subquery(stuck.values("last_at"))).order_by(
        F("tried_at").asc(nulls_first=True), "pk"
    )[:BATCH]


def _named_in(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The keys of the sessions that are the subjects of these rows."""
    return rows.order_by().values_list(Cast(Substr("subject", len(SUBJECT) + 1), IntegerField()))


def _settle(session: Session, at: datetime) -> bool:
    return settlement.settle(session_id=session.pk, at=at) is not None


def _each(
    sessions: SessionQuerySet, act: Callable[[Session], bool], *, kind: str, while_in: SessionQuerySet, at: datetime
) -> int:
    """How many of the next ones were really moved; whatever breaks on one is told, and the next one gets its turn.

    An alert of that kind stays open while its session is in `while_in`, whoever moves it on.
    """
    done = 0
    for session in list(_next(sessions, kind)):
        try:
            done += act(session)
        except Exception as error:
            log.exception("sweep failed on a session", session=session.pk)
            text = sentence("Session %(number)s cannot be worked on: %(error)s", number=session.pk, error=repr(error))
            alerts.open_alert(kind=kind, subject=session.subject, text=text, at=timezone.now())
    _resolve(kind, while_in=while_in, at=at)
    return done


def _resolve(kind: str, *, while_in: SessionQuerySet, at: datetime) -> None:
    told = Alert.objects.open().filter(kind=kind)
    for session in Session.objects.filter(pk__in=_named_in(told)).exclude(pk__in=while_in.order_by().values("pk")):
        alerts.resolve_alert(kind=kind, subject=session.subject, at=at)
