"""Energy and revenue, day by day in the portal's time zone."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce, TruncDate

from billing.models import Receipt
from charging.models import Session

DAYS_SHOWN = 14
# A day that is over still moves a little: its last sessions end, a review gives energy back.
PAST_AGES = timedelta(minutes=1)


@dataclass
class Day:
    """One day: sessions that started in it with all their energy (Wh), receipts that were given in it."""

    date: date
    sessions: int = 0
    energy_wh: int = 0
    revenue: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


class KeptDays:
    """Takes the days again and again: today each time, those before it when a minute has passed or a day has ended."""

    def __init__(self) -> None:
        self.past: tuple[Day, ...] = ()
        self.taken_at = datetime.min.replace(tzinfo=UTC)

    def take(self, *, at: datetime, zone: ZoneInfo) -> tuple[Day, ...]:
        """The last days as `take_days` knows them, those before today as of a minute ago at most."""
        today = at.astimezone(zone).date()
        is_next = bool(self.past) and self.past[-1].date + timedelta(days=1) == today
        if is_next and timedelta() <= at - self.taken_at < PAST_AGES:
            return *self.past, *take_days(at=at, zone=zone, count=1)
        days = take_days(at=at, zone=zone)
        self.past, self.taken_at = days[:-1], at
        return days


def take_days(*, at: datetime, zone: ZoneInfo, count: int = DAYS_SHOWN) -> tuple[Day, ...]:
    """The last `count` days, today last, in two queries."""
    today = at.astimezone(zone).date()
    days = {day: Day(day) for day in (today - timedelta(days=ago) for ago in reversed(range(count)))}
    midnight = datetime.combine(next(iter(days)), time.min, tzinfo=zone)
    started = Session.objects.filter(started_at__gte=midnight, started_at__lte=at)
    # What is in review may be a meter's mistake: it counts when somebody has looked at it.
    sessions = started.exclude(state=Session.State.REVIEW).order_by()
    energy = Sum(Coalesce("billed_energy_wh", "meter__energy_wh", 0))
    by_start = sessions.values(day=TruncDate("started_at", tzinfo=zone))
    for row in by_start.annotate(sessions=Count("pk"), energy_wh=energy):
        days[row["day"]].sessions = row["sessions"]
        days[row["day"]].energy_wh = row["energy_wh"]
    receipts = Receipt.objects.filter(made_at__gte=midnight, made_at__lte=at).order_by()
    by_receipt = receipts.values("currency", day=TruncDate("made_at", tzinfo=zone))
    for given in by_receipt.annotate(gross=Sum("gross")):
        days[given["day"]].revenue[given["currency"]] = given["gross"]
    return tuple(days.values())
