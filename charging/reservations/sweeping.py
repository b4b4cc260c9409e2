"""What makes lost answers and lost statuses cost only delay: reservations come to an end from the tables."""

from datetime import datetime, timedelta

import structlog
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from charging.models import Reservation
from charging.models.reservation import ReservationQuerySet
from charging.reservations.answers import EARLY, RESERVED
from charging.reservations.asking import cancel
from charging.reservations.moving import move
from stations.models import Command, ConnectorState
from stations.models.state import BROKEN, FREE

State = Reservation.State
# A station ends a reservation by itself; after this long we do it without having seen it.
GRACE = timedelta(minutes=1)
# A station that has not answered for this long, and shows no connector as reserved, is asked to forget it.
DOUBT = timedelta(minutes=2)
BATCH = 500
UNDER_WAY = (Command.State.QUEUED, Command.State.SENT)

log = structlog.stdlib.get_logger(__name__)


def sweep(*, at: datetime) -> int:
    """Bring every reservation on that its station, its command or the time has decided; how many moved."""
    holding = Reservation.objects.holding()
    moved = move(_chosen(holding.filter(until__lte=at - GRACE)), State.EXPIRED, at=at)
    shown = holding.alias(status=_shown("status"), since=_shown("effective_at"))
    moved += move(_chosen(shown.filter(status__in=BROKEN)), State.ENDED, at=at)
    free = shown.filter(status=FREE, until__lte=at, since__gte=F("until") - EARLY)
    moved += move(_chosen(free), State.EXPIRED, at=at)
    moved += move(_chosen(shown.filter(status=RESERVED)).filter(state=State.REQUESTED), State.ACTIVE, at=at)
    unsent = _commands().filter(intent__in=["reserve", "ReserveNow"], sent_at=None).exclude(state__in=UNDER_WAY)
    sent = _commands().exclude(sent_at=None)
    never = holding.filter(Exists(unsent), ~Exists(sent), state=State.REQUESTED)
    moved += move(_chosen(never), State.REFUSED, at=at, answer="not_sent")
    if moved:
        log.info("reservations are brought on", count=moved)
    return moved + _forget_doubtful(at=at)


def _forget_doubtful(*, at: datetime) -> int:
    """Ask stations to cancel what they were asked for and never answered; how many were asked."""
    asking = _commands().filter(state__in=UNDER_WAY)
    doubtful = Reservation.objects.filter(~Exists(asking), state=State.REQUESTED, asked_at__lte=at - DOUBT)
    found = list(doubtful.filter(station__gateway__isnull=False).select_related("station").order_by("pk")[:BATCH])
    for reservation in found:
        cancel(reservation=reservation, asked_by="rule:reservation_in_doubt", at=at)
    return len(found)


def _shown(column: str) -> Subquery:
    """What the connector, or the station for a reservation of any, has shown since it was asked for."""
    number = Coalesce(OuterRef("connector__number"), Value(0))
    states = ConnectorState.objects.filter(
        station=OuterRef("station"), number=number, effective_at__gte=OuterRef("asked_at")
    )
    return Subquery(states.values(column))


def _commands() -> QuerySet[Command]:
    subject = Concat(Value("reservation:"), Cast(OuterRef("pk"), CharField()))
    return Command.objects.filter(subject=subject)


def _chosen(found: ReservationQuerySet) -> ReservationQuerySet:
    """The same rows by key alone: an UPDATE looks at the state again after it has waited for somebody."""
    return Reservation.objects.filter(pk__in=list(found.values_list("pk", flat=True)[:BATCH]))
