"""What makes lost messages cost only delay: each sweep takes a bounded batch, and may run twice or in parallel."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Substr
from django.utils import timezone

from billing import ledger
from billing.models import Hold
from charging import settlement
from charging.lifecycle import fail_start, infer_end
from charging.lifecycle.locks import lock_session
from charging.models import Session
from charging.models.session import OPEN_STATES, SessionQuerySet
from drivepower.core import alerts
from drivepower.core.models import Alert
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
STUCK = "session_stuck"
SUBJECT = "session:"
# Nothing may be held for these; in review money stays held until somebody has looked.
PAID_OR_VOID = (State.SETTLED, State.WAIVED, State.FAILED)


def fail_expired_starts(*, at: datetime) -> int:
    """Fail requested sessions whose Start never came; answers how many."""
    expired = Session.objects.filter(state=State.REQUESTED, expires_at__lte=at)
    text = "The station did not start in time."
    return _each(_next(expired), lambda session: fail_start(session=session, code="start_timeout", text=text, at=at))


def settle_ended(*, at: datetime) -> int:
    """Settle ended sessions, oldest first; one that cannot be settled raises an alert and is passed over.

    The alert is resolved once the session is finished, whoever did it. Those whose car may still stand there wait.
    """
    ripe = Session.objects.filter(Q(settle_from=None) | Q(settle_from__lte=at), state=State.ENDED)
    done = _each(_next(ripe), lambda session: _settle(session, at))
    stuck = _named_in(Alert.objects.open().filter(kind=STUCK))
    for session in Session.objects.exclude(state__in=[*OPEN_STATES, State.ENDED]).filter(pk__in=stuck):
        alerts.resolve_alert(kind=STUCK, subject=session.subject, at=at)
    return done


def free_leftovers(*, at: datetime) -> int:
    """Release what is still held for sessions that are paid or void; answers for how many."""
    held = _named_in(Hold.objects.filter(state=Hold.State.ACTIVE, subject__startswith=SUBJECT))
    over = Session.objects.filter(state__in=PAID_OR_VOID, pk__in=held)
    return _each(_next(over), lambda session: _free(session, at))


def end_hung(*, at: datetime) -> int:
    """End, as inferred, sessions that are over by all that can be seen; never for their age alone.

    No reading for a quarter of an hour, and the connector has said since that it is free, or another charge began
    there; or the station has been away for half a day.
    """
    return _each(_next(hung_sessions(at=at)), lambda session: infer_end(session=session, until=at, reason="Silence"))


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
        Session.objects.filter(state__in=[State.ACTIVE, State.STOPPING], start_received_at__lte=at - QUIET)
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


def _next(sessions: SessionQuerySet) -> SessionQuerySet:
    """A batch, oldest first; those that have been stuck come last, the one that was tried longest ago before others."""
    subject = Concat(Value(SUBJECT), Cast(OuterRef("pk"), CharField()))
    stuck = Alert.objects.open().filter(kind=STUCK, subject=subject)
    return sessions.alias(tried_at=Subquery(stuck.values("last_at"))).order_by(
        F("tried_at").asc(nulls_first=True), "pk"
    )[:BATCH]


def _named_in(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The keys of the sessions that are the subjects of these rows."""
    return rows.order_by().values_list(Cast(Substr("subject", len(SUBJECT) + 1), IntegerField()))


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
            alerts.open_alert(kind=STUCK, subject=session.subject, text=text, at=timezone.now())
    return done
