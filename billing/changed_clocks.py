"""Nights in which clocks are changed, in words: why an hour is told of twice, or never."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from billing.windows import DAY, MIDNIGHT, clock_change, days_between
from billing.wording import day
from drivepower.core.clocks import comes_twice, offset

SECOND = timedelta(seconds=1)


def told(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> list[str]:
    """A sentence for each change of the place's clock in that stretch, or around an end of it that comes twice."""
    ends = [at.astimezone(zone) for at in (starts_at, ends_at)]
    doubled = {local.date() for local in ends if comes_twice(local)}
    found = []
    for date in days_between(starts_at, ends_at, zone):
        midnight = datetime.combine(date, MIDNIGHT, zone)
        change = clock_change(midnight, midnight + DAY, zone)
        if change is not None and (starts_at < change <= ends_at or date in doubled):
            found.append(sentence(change, zone))
    return found


def sentence(change: datetime, zone: ZoneInfo) -> str:
    """How the clock was changed at that instant."""
    last, after = (change - SECOND).astimezone(zone), change.astimezone(zone)
    before = last + SECOND  # on the wall: what the clock would have shown
    facts = {
        "day": day(change, zone),
        "before": f"{before:%H:%M}",
        "after": f"{after:%H:%M}",
        "first": offset(last),
        "second": offset(after),
    }
    if before.replace(tzinfo=None) < after.replace(tzinfo=None):
        return _("On %(day)s the clocks were put forward from %(before)s to %(after)s: no time lay between.") % facts
    return (
        _(
            "On %(day)s the clocks were put back from %(before)s to %(after)s: "
            "the time between came twice, first as %(first)s and then as %(second)s."
        )
        % facts
    )
