"""What today is held against: the same day of last week until the same time, and the week as it has been so far."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from charging.models import Session
from charging.rollups import counted
from drivepower.portal.figures.days import revenue_of
from drivepower.portal.figures.scope import Scope

WEEK = timedelta(days=7)
AGES = timedelta(minutes=1)


@dataclass(frozen=True)
class LastWeek:
    """Sessions that had started by then, the energy that they had taken (Wh), the receipts that were given."""

    sessions: int = 0
    energy_wh: int = 0
    revenue: dict[str, Decimal] = field(default_factory=dict)


class KeptWeek:
    """Takes it again when a minute has passed."""

    def __init__(self) -> None:
        self.found = LastWeek()
        self.taken_at = datetime.min.replace(tzinfo=UTC)

    def take(self, *, at: datetime, zone: ZoneInfo, scope: Scope) -> LastWeek:
        """As of a minute ago at most."""
        if not timedelta() <= at - self.taken_at < AGES:
            self.found, self.taken_at = take_last_week(at=at, zone=zone, scope=scope), at
        return self.found


def take_last_week(*, at: datetime, zone: ZoneInfo, scope: Scope) -> LastWeek:
    """The same day of last week until the same time, in two queries."""
    day = at.astimezone(zone).date() - WEEK
    then = datetime.combine(day, at.astimezone(zone).time(), tzinfo=zone)
    begun = counted.of_day(scope.cut(Session.objects.filter(started_at__lte=then)), day).order_by()
    energy_wh, sessions = Decimal(0), 0
    for started_at, stopped_at, energy in begun.values_list("started_at", "stopped_at", "billed_energy_wh"):
        sessions += 1
        energy_wh += share(started_at or then, stopped_at, then) * (energy or 0)
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    return LastWeek(sessions, int(energy_wh), dict(revenue_of(midnight, then, scope=scope)))


def share(started_at: datetime, stopped_at: datetime | None, then: datetime) -> Decimal:
    """How much of a charge had been by then, as if it were even."""
    if stopped_at is None or stopped_at <= then:
        return Decimal(1)
    return Decimal((then - started_at) / (stopped_at - started_at))
