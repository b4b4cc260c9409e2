"""Days and hours of charges that no roll-up of a company's connectors holds: those of its fleet at others' stations."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Sum, When

from charging.models import Session
from charging.models.session import TRIED_AT, SessionQuerySet
from charging.rollups.counted import FARTHEST, ONE_WISH, day_of, without_service
from charging.rollups.running import evenly

State = Session.State
OVER = (State.ENDED, State.SETTLED, State.WAIVED)


def by_day(sessions: SessionQuerySet, *, since: date) -> dict[date, Mapping[str, int]]:
    """What roll-ups say of a day, but for busy seconds, of these sessions from that day on; in one query."""
    begins = datetime.combine(since, time.min, UTC) - FARTHEST
    near = Q(state__in=OVER, started_at__gte=begins) | Q(state=State.FAILED, requested_at__gte=begins)
    same = Session.objects.filter(driver=OuterRef("driver"), station=OuterRef("station"), pk__lt=OuterRef("pk"))
    shortly = Q(tried_at__gte=OuterRef("tried_at") - ONE_WISH, tried_at__lte=OuterRef("tried_at"))
    before = same.annotate(tried_at=TRIED_AT).filter(shortly)
    tried = without_service(sessions.filter(near)).annotate(
        tried_at=TRIED_AT, counts_at=Case(When(state=State.FAILED, then=TRIED_AT), default=F("started_at"))
    )
    tried = tried.annotate(day=day_of("counts_at"), is_first=~Exists(before)).filter(day__gte=since)
    is_over, is_first = ~Q(state=State.FAILED), Q(is_first=True)
    rows: Any = (
        tried.order_by()
        .values("day")
        .annotate(
            sessions=Count("pk", filter=is_over),
            energy_wh=Sum("billed_energy_wh", filter=is_over, default=0),
            attempts=Count("pk", filter=is_first),
            failures=Count("pk", filter=is_first & ~is_over),
        )
    )
    return {row["day"]: {name: row[name] for name in NAMES} for row in rows}


NAMES = ("sessions", "energy_wh", "attempts", "failures")


def by_hour(sessions: SessionQuerySet, *, since: datetime) -> Counter[datetime]:
    """Energy (Wh) by hour of UTC of those of them that are over and ended since then, even over each; in one query."""
    found: Counter[datetime] = Counter()
    rows = without_service(sessions.filter(state__in=OVER, stopped_at__gte=since, started_at__gte=since - LONGEST))
    columns: Any = rows.order_by().values_list("started_at", "stopped_at", "billed_energy_wh")
    for started_at, stopped_at, energy_wh in columns:
        for hour, part in evenly(started_at, stopped_at, energy_wh or 0):
            found[hour] += part
    return found


# No charge of a day's figures lasts longer.
LONGEST = timedelta(days=7)
