"""How things stood a day ago, to the second, as spans and times that are kept tell; each in one query by an index."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from charging.models import Decision, Session, Settlement
from charging.rollups.facts import LONGEST
from drivepower.core.models import Alert
from drivepower.portal.figures.scope import Scope
from stations.lacking import FAULTED, NOT_IN_USE
from stations.models import ConnectionSpan, StatusSpan

DAY = timedelta(days=1)
AGES = timedelta(minutes=1)
State, Verdict = Session.State, Settlement.Verdict
BEGUN = (State.ACTIVE, State.STOPPING, State.ENDED, State.REVIEW, State.SETTLED, State.WAIVED)


@dataclass(frozen=True)
class Before:
    """Of the stations that are in use now, and of all charges and alerts."""

    online: int = 0
    faulted: int = 0
    charging: int = 0
    alerts: int = 0
    reviews: int = 0


class KeptBefore:
    """Takes it again when a minute has passed."""

    def __init__(self) -> None:
        self.found = Before()
        self.taken_at = datetime.min.replace(tzinfo=UTC)

    def take(self, *, at: datetime, scope: Scope) -> Before:
        """As of a minute ago at most."""
        if not timedelta() <= at - self.taken_at < AGES:
            self.found, self.taken_at = take_before(then=at - DAY, scope=scope), at
        return self.found


def take_before(*, then: datetime, scope: Scope) -> Before:
    """As of that moment, in six queries."""
    lasted = Q(since__lte=then) & (Q(until=None) | Q(until__gt=then))
    held = in_use(scope.cut(ConnectionSpan.objects.filter(lasted)))
    broken = in_use(scope.cut(StatusSpan.objects.filter(lasted, status=FAULTED, number__gt=0)))
    return Before(
        online=held.values("station").distinct().count(),
        faulted=broken.values("station", "number").distinct().count(),
        charging=charging_at(then, scope),
        alerts=alerts_at(then, scope),
        reviews=reviews_at(then, scope),
    )


def in_use(spans: Any) -> Any:
    """Spans of stations that are in use now: when one came into use is not kept."""
    return spans.exclude(station__service_state__in=NOT_IN_USE).order_by()


def charging_at(then: datetime, scope: Scope) -> int:
    """How many charged; none lasts longer than a week."""
    near = Q(started_at__lte=then, started_at__gt=then - LONGEST)
    went_on = Q(stopped_at=None, state__in=(State.ACTIVE, State.STOPPING)) | Q(stopped_at__gt=then)
    found: int = scope.cut(Session.objects.filter(near, went_on, state__in=BEGUN)).order_by().count()
    return found


def alerts_at(then: datetime, scope: Scope) -> int:
    """How many were open."""
    was_open = Q(resolved_at=None) | Q(resolved_at__gt=then)
    found: int = scope.cut(Alert.objects.filter(was_open, opened_at__lte=then)).order_by().count()
    return found


def reviews_at(then: datetime, scope: Scope) -> int:
    """How many were in review: those that still are, and those that somebody has decided about since, in two queries.

    A charge comes into review with its first suspect settlement, and leaves it for good with the first of another
    verdict.
    """
    by_then = Settlement.objects.filter(session=OuterRef("pk"), made_at__lte=then)
    came = Exists(by_then.filter(verdict=Verdict.SUSPECT))
    left = Exists(by_then.exclude(verdict=Verdict.SUSPECT))
    waiting = scope.cut(Session.objects.filter(came, state=State.REVIEW))
    since = Decision.objects.filter(made_at__gt=then).values("session")
    decided = scope.cut(Session.objects.filter(came, ~left, pk__in=since).exclude(state=State.REVIEW))
    found: int = waiting.order_by().count() + decided.order_by().count()
    return found
