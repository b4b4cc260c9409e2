"""Which rule holds when: instants are looked at on the location's wall clock, daylight saving included.

A rule holds at an instant if the local time of day lies in its half-open window, and the local day on which that
instant lies is one of its weekdays and within its dates. So an hour that the clock repeats in autumn is inside a
window twice, and an hour that it skips in spring is never inside.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from billing.terms import Rule

DAY = timedelta(days=1)
MIDNIGHT = time(0)


class Span(NamedTuple):
    """A stretch of time [starts_at, ends_at) in which one rule is the best, or none."""

    starts_at: datetime
    ends_at: datetime
    rule: Rule | None


def holds(rule: Rule, local: datetime) -> bool:
    """Whether the rule holds at that wall-clock time."""
    day = local.date()
    if rule.weekdays and day.isoweekday() not in rule.weekdays:
        return False
    if rule.valid_from is not None and day < rule.valid_from:
        return False
    if rule.valid_until is not None and day > rule.valid_until:
        return False
    if rule.starts is None or rule.ends is None:
        return True
    now = local.time()
    if rule.starts < rule.ends:
        return rule.starts <= now < rule.ends
    return now >= rule.starts or now < rule.ends


def best(rules: Iterable[Rule], local: datetime) -> Rule | None:
    """The first of the rules, sorted strongest first, that holds at that wall-clock time."""
    return next((rule for rule in rules if holds(rule, local)), None)


def days_between(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Iterator[date]:
    """The local days that touch a stretch of time, and one more on either side."""
    day = starts_at.astimezone(zone).date() - DAY
    last = ends_at.astimezone(zone).date() + DAY
    while day <= last:
        yield day
        day += DAY


def clock_change(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant, to the second, at which the zone's offset from UTC changes between two instants."""
    low, high = int(starts_at.timestamp()), int(ends_at.timestamp())
    offset = datetime.fromtimestamp(low, zone).utcoffset()
    if datetime.fromtimestamp(high, zone).utcoffset() == offset:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def times_of_change(rules: Sequence[Rule]) -> set[time]:
    """The times of day at which any of the rules may begin or cease to hold."""
    times = {edge for rule in rules for edge in (rule.starts, rule.ends) if edge is not None}
    if any(rule.weekdays or rule.valid_from or rule.valid_until for rule in rules):
        times.add(MIDNIGHT)
    return times


def edges(rules: Sequence[Rule], starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> list[datetime]:
    """Every instant strictly inside a stretch of time at which another rule may become the best."""
    times = times_of_change(rules)
    if not times:
        return []
    found: set[datetime] = set()
    for day in days_between(starts_at, ends_at, zone):
        # A wall-clock time that comes twice is two instants; one that is skipped is caught by the clock change.
        for clock in times:
            for fold in (0, 1):
                found.add(datetime.combine(day, clock, zone).replace(fold=fold).astimezone(UTC))
        midnight = datetime.combine(day, MIDNIGHT, zone)
        change = clock_change(midnight, midnight + DAY, zone)
        if change is not None:
            found.add(change)
    return sorted(edge for edge in found if starts_at < edge < ends_at)


def spans(rules: Sequence[Rule], starts_at: datetime, ends_at: datetime, time_zone: str) -> list[Span]:
    """A stretch of time cut where the best rule changes; `rules` are sorted strongest first. One span if empty."""
    zone = ZoneInfo(time_zone)
    cuts = [starts_at, *edges(rules, starts_at, ends_at, zone), ends_at]
    found: list[Span] = []
    for start, end in pairwise(cuts):
        rule = best(rules, start.astimezone(zone))
        if found and found[-1].rule is rule:
            found[-1] = found[-1]._replace(ends_at=end)
        else:
            found.append(Span(start, end, rule))
    return found
