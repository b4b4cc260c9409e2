"""Days and months on the seller's clock, as instants; from midnight to midnight, the end left out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from billing.statements.making import begin_of, following

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From an instant to another, which is left out."""

    since: datetime
    until: datetime


def of_month(month: date) -> Span:
    """A month, named by any of its days."""
    first = month.replace(day=1)
    return Span(begin_of(first), begin_of(following(first)))


def of_days(first: date, last: date) -> Span:
    """From one day to another, both of them in it."""
    return Span(midnight(first), midnight(last + DAY))


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE))


def day_of(at: datetime) -> date:
    """The day of an instant."""
    return at.astimezone(ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)).date()
