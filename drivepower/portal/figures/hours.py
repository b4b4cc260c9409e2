"""The last 24 hours, hour by hour: roll-ups, and what runs."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Sum

from charging.models import HourlyEnergy
from charging.rollups import Running, facts
from drivepower.portal.figures.scope import NETWORK, Scope

HOURS_SHOWN = 24
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Hour:
    """What was delivered in an hour; Wh."""

    at: datetime
    energy_wh: int


def take_hours(*, at: datetime, running: Running, scope: Scope = NETWORK) -> tuple[Hour, ...]:
    """The last hours, this one last, in one query, and one more for what a company's fleet took elsewhere."""
    this = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [this - HOUR * ago for ago in reversed(range(HOURS_SHOWN))]
    rolled = scope.cut(HourlyEnergy.objects.filter(hour__gte=hours[0], hour__lte=this)).order_by().values_list("hour")
    found = Counter(dict(rolled.annotate(energy=Sum("energy_wh"))))
    if scope.company is not None:
        found += facts.by_hour(scope.elsewhere(), since=hours[0])
    return tuple(Hour(hour, found[hour] + running.hours[hour]) for hour in hours)
