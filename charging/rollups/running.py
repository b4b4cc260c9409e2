"""What charges that are not over have come to: roll-ups hold those that are, and this is added when one looks."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import IdTag
from charging.models import Session
from charging.rollups.hours import HOUR, hour_of


@dataclass(frozen=True)
class Running:
    """Of charges that run: how many began on which day and what they have taken (Wh), by day, and by hour of UTC."""

    sessions: Counter[date] = field(default_factory=Counter)
    energy_wh: Counter[date] = field(default_factory=Counter)
    hours: Counter[datetime] = field(default_factory=Counter)
    busy_s: int = 0


def running_on(sessions: Any, *, at: datetime, busy_since: datetime) -> Running:
    """The running ones of these sessions, in one query; an hour has its even share until the charge is over.

    `busy_s` is the time that they have taken since that moment.
    """
    found = Running()
    busy = timedelta()
    columns = ("started_at", "meter__energy_wh", "meter__last_reading_at", "station__location__time_zone")
    runs = sessions.filter(state__in=[Session.State.ACTIVE, Session.State.STOPPING], started_at__lte=at)
    for row in runs.exclude(id_tag__kind=IdTag.Kind.SERVICE).order_by().values(*columns):
        add(found, row, at=at)
        busy += at - max(row["started_at"], busy_since)
    return Running(found.sessions, found.energy_wh, found.hours, int(busy.total_seconds()))


def add(found: Running, row: Mapping[str, Any], *, at: datetime) -> None:
    """Count one charge."""
    zone = ZoneInfo(row["station__location__time_zone"] or settings.DEFAULT_LOCATION_TIME_ZONE)
    day, energy_wh = row["started_at"].astimezone(zone).date(), row["meter__energy_wh"] or 0
    found.sessions[day] += 1
    found.energy_wh[day] += energy_wh
    for hour, part in evenly(row["started_at"], row["meter__last_reading_at"] or at, energy_wh):
        found.hours[hour] += part


def evenly(since: datetime, until: datetime, energy_wh: int) -> Collection[tuple[datetime, int]]:
    """Energy by the hour, as much in each as the charge has lasted in it; in whole Wh that add up."""
    if until <= since:
        return [(hour_of(since), energy_wh)]
    parts, told, hour = [], 0, hour_of(since)
    while hour < until:
        reached = int(energy_wh * ((min(hour + HOUR, until) - since) / (until - since)))
        parts.append((hour, reached - told))
        told, hour = reached, hour + HOUR
    return parts
