"""When a person is told: at once, together with others at the end of each stretch, and not in their quiet hours."""

import zoneinfo
from datetime import UTC, datetime, time, timedelta

from django.conf import settings

from accounts.models import DutyChoice
from drivepower.core.models import Severity

DAY_MINUTES = 1440


def due(choice: DutyChoice, severity: str, *, at: datetime) -> datetime:
    """When a notice goes out: what is critical at once, anything else as the person has chosen."""
    if severity == Severity.CRITICAL:
        return at
    return after_quiet(choice, end_of_stretch(choice, at=at))


def end_of_stretch(choice: DutyChoice, *, at: datetime) -> datetime:
    """The end of the stretch of so many minutes that this moment is in, counted from the person's midnight."""
    if not choice.every_minutes:
        return at
    here = at.astimezone(zone_of(choice))
    midnight = datetime.combine(here.date(), time(), here.tzinfo)
    minutes = int((here - midnight).total_seconds() // 60)
    ends = (minutes // choice.every_minutes + 1) * choice.every_minutes
    return (midnight + timedelta(minutes=min(ends, DAY_MINUTES))).astimezone(UTC)


def after_quiet(choice: DutyChoice, at: datetime) -> datetime:
    """That moment, or the end of the quiet hours that it is in; they may go over midnight."""
    since, until = choice.quiet_from, choice.quiet_until
    if since is None or until is None or since == until:
        return at
    here = at.astimezone(zone_of(choice))
    now = here.time()
    is_quiet = since <= now < until if since < until else now >= since or now < until
    if not is_quiet:
        return at
    day = here.date() + timedelta(days=1 if now >= until else 0)
    return datetime.combine(day, until, here.tzinfo).astimezone(UTC)


def zone_of(choice: DutyChoice) -> zoneinfo.ZoneInfo:
    """The person's zone, or the house's."""
    return zoneinfo.ZoneInfo(choice.time_zone or settings.DEFAULT_LOCATION_TIME_ZONE)
