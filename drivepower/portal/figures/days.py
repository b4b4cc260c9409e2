"""Days as the start page shows them: those that are over out of roll-ups, today out of the facts of today."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce, TruncDate

from billing.models import Receipt
from charging.models import DailyFigures, Session
from charging.rollups import Running, counted, facts
from drivepower.portal.figures.scope import NETWORK, Scope

DAYS_SHOWN = 30
# A day that is over still moves a little: its last sessions end, a review gives energy back.
PAST_AGES = timedelta(seconds=30)

REVENUE = """
SELECT day, amount.key, sum(amount.value::numeric)
FROM charging_dailyfigures, jsonb_each_text(revenue) AS amount
WHERE day >= %s AND day <= %s GROUP BY day, amount.key ORDER BY day, amount.key
"""


@dataclass
class Day:
    """One day: sessions that started in it with all their energy (Wh), receipts that were given in it.

    First tries, failed ones of them and busy seconds are as rolled up: today's are some seconds old.
    """

    date: date
    sessions: int = 0
    energy_wh: int = 0
    revenue: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    attempts: int = 0
    failures: int = 0
    busy_s: int = 0


class KeptDays:
    """Takes the days again and again: today's facts each time, roll-ups when they are older than `PAST_AGES`."""

    def __init__(self) -> None:
        self.rolled: tuple[Day, ...] = ()
        self.taken_at = datetime.min.replace(tzinfo=UTC)

    def take(self, *, at: datetime, zone: ZoneInfo, running: Running, scope: Scope = NETWORK) -> tuple[Day, ...]:
        """The last days as `take_days` knows them, roll-ups as of half a minute ago at most."""
        today = at.astimezone(zone).date()
        is_fresh = timedelta() <= at - self.taken_at < PAST_AGES
        if not (is_fresh and self.rolled and self.rolled[-1].date == today):
            self.rolled, self.taken_at = rolled_days(today, zone=zone, count=DAYS_SHOWN, scope=scope), at
        return whole_days(self.rolled, at=at, zone=zone, running=running, scope=scope)


def take_days(*, at: datetime, zone: ZoneInfo, running: Running, count: int = DAYS_SHOWN) -> tuple[Day, ...]:
    """The last `count` days, today last, in four queries."""
    rolled = rolled_days(at.astimezone(zone).date(), zone=zone, count=count, scope=NETWORK)
    return whole_days(rolled, at=at, zone=zone, running=running, scope=NETWORK)


def rolled_days(today: date, *, zone: ZoneInfo, count: int, scope: Scope) -> tuple[Day, ...]:
    """What is rolled up of the last days, in two queries; a company's with its fleet's days elsewhere, in three."""
    days = {day: Day(day) for day in (today - timedelta(days=ago) for ago in reversed(range(count)))}
    first = next(iter(days))
    rows = scope.cut(DailyFigures.objects.filter(day__gte=first, day__lte=today)).order_by().values("day")
    names = ("sessions", "energy_wh", "attempts", "failures", "busy_s")
    for row in rows.annotate(**{f"all_{name}": Sum(name) for name in names}):
        sums: dict[str, Any] = {**row}
        for name in names:
            setattr(days[row["day"]], name, sums[f"all_{name}"])
    if scope.company is not None:
        add_elsewhere(days, scope)
    for day, currency, amount in revenues(first, today, zone=zone, scope=scope):
        days[day].revenue[currency] = amount
    return tuple(days.values())


def add_elsewhere(days: dict[date, Day], scope: Scope) -> None:
    """Add what the company's fleet did at stations of others."""
    for day, said in facts.by_day(scope.elsewhere(), since=next(iter(days))).items():
        for name, value in said.items() if day in days else ():
            setattr(days[day], name, getattr(days[day], name) + value)


def revenues(first: date, last: date, *, zone: ZoneInfo, scope: Scope) -> Iterable[tuple[date, str, Decimal]]:
    """What receipts came to by day and currency: all of them as rolled up, those that a company paid by themselves."""
    if scope.company is None:
        with connection.cursor() as cursor:
            cursor.execute(REVENUE, [first, last])
            rolled: list[tuple[date, str, Decimal]] = cursor.fetchall()
        return rolled
    since = datetime.combine(first, time.min, tzinfo=zone)
    paid = scope.cut(Receipt.objects.filter(made_at__gte=since)).order_by()
    days = paid.values_list(TruncDate("made_at", tzinfo=zone), "currency").annotate(sum=Sum("gross"))
    return [row for row in days if row[0] <= last]


def whole_days(
    rolled: Sequence[Day], *, at: datetime, zone: ZoneInfo, running: Running, scope: Scope
) -> tuple[Day, ...]:
    """Days that are over with what still runs of them, and today, in two queries."""
    *past, today = rolled
    return *with_running(past, running), today_of(today, at=at, zone=zone, scope=scope)


def with_running(days: Iterable[Day], running: Running) -> Iterable[Day]:
    """Days with the charges that began in them and are not over."""
    for day in days:
        sessions, energy_wh = running.sessions[day.date], running.energy_wh[day.date]
        yield replace(day, sessions=day.sessions + sessions, energy_wh=day.energy_wh + energy_wh) if sessions else day


def today_of(rolled: Day, *, at: datetime, zone: ZoneInfo, scope: Scope) -> Day:
    """Today by its facts, in two queries; `rolled` is what is rolled up of it."""
    energy = Sum(Coalesce("billed_energy_wh", "meter__energy_wh", 0))
    begun = counted.of_day(scope.cut(Session.objects.filter(started_at__lte=at)), rolled.date).order_by()
    found = begun.aggregate(count=Count("pk"), energy_wh=energy)
    midnight = datetime.combine(rolled.date, time.min, tzinfo=zone)
    day = replace(rolled, sessions=found["count"], energy_wh=found["energy_wh"] or 0, revenue=defaultdict(Decimal))
    for currency, gross in revenue_of(midnight, at, scope=scope):
        day.revenue[currency] = gross
    return day


def revenue_of(since: datetime, until: datetime, *, scope: Scope) -> Iterable[tuple[str, Decimal]]:
    """What receipts between two moments, both of them included, come to by currency."""
    given = scope.cut(Receipt.objects.filter(made_at__gte=since, made_at__lte=until)).order_by()
    sums: Iterable[tuple[str, Decimal]] = given.values_list("currency").annotate(sum=Sum("gross"))
    return sums
