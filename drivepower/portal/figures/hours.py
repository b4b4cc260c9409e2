"""The last 24 hours, hour by hour: roll-ups, and what runs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Sum

from charging.models import HourlyEnergy
from charging.rollups import Running

HOURS_SHOWN = 24
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Hour:
    """What was delivered in an hour; Wh."""

    at: datetime
    energy_wh: int


def take_hours(*, at: datetime, running: Running) -> tuple[Hour, ...]:
    """The last hours, this one last, in one query."""
    this = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [this - HOUR * ago for ago in reversed(range(HOURS_SHOWN))]
    rolled = HourlyEnergy.objects.filter(hour__gte=hours[0], hour__lte=this).order_by().values_list("hour")
    found = dict(rolled.annotate(energy=Sum("energy_wh")))
    return tuple(Hour(hour, found.get(hour, 0) + running.hours[hour]) for hour in hours)
