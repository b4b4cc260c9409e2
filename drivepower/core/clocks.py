"""Moments by the clock in force, with what that clock is ahead of UTC: a time alone says nothing to a network."""

from datetime import datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazystr
from django.utils.translation import gettext as _


def minute(value: datetime) -> str:
    """Day and time to the minute, and the zone: "5 Mar 2026 02:30 (UTC+6)"."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'j M Y H:i')} ({offset(local)})"


def second(value: datetime) -> str:
    """The same to the second."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'j M Y H:i:s')} ({offset(local)})"


def beside(value: datetime, there: tzinfo) -> str:
    """The time of another clock, for beside that of the clock in force; with its day where that is another one."""
    local = value.astimezone(there)
    is_same_day = local.date() == timezone.localtime(value).date()
    return f"{date_format(local, 'H:i' if is_same_day else 'j M H:i')} ({offset(local)})"


def offset(value: datetime) -> str:
    """What its zone is ahead of UTC: UTC+6, UTC−3:30."""
    ahead = value.utcoffset() or timedelta()
    sign = "+" if ahead >= timedelta() else "−"
    hours, rest = divmod(int(abs(ahead).total_seconds()) // 60, 60)
    return f"UTC{sign}{hours}{f':{rest:02d}' if rest else ''}"


def zone() -> str:
    """The zone in force, and what it is ahead of UTC: Asia/Bishkek (UTC+6)."""
    return f"{timezone.get_current_timezone_name()} ({offset(timezone.localtime())})"


class ZoneNote:
    """That all times of a page are of the zone in force, said when the page is made."""

    def __str__(self) -> str:
        return _("All times: %(zone)s.") % {"zone": zone()}


ZONE_NOTE = lazystr(ZoneNote())
