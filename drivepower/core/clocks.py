"""Moments by the clock in force, with what that clock is ahead of UTC: a time alone says nothing to a network."""

from datetime import datetime, tzinfo
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazystr
from django.utils.text import format_lazy
from django.utils.translation import gettext as _


def minute(value: datetime) -> str:
    """Day and time to the minute, and the zone: "5 Mar 2026 02:30 (UTC+06:00)"."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'j M Y H:i')} ({offset(local)})"


def second(value: datetime) -> str:
    """The same to the second."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'j M Y H:i:s')} ({offset(local)})"


def full(value: datetime) -> str:
    """The same as pages write times in the language in force, with the zone."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'DATETIME_FORMAT')} ({offset(local)})"


def face(local: datetime) -> str:
    """The time of another clock, for beside that of the clock in force; with its day where that is another one."""
    is_same_day = local.date() == timezone.localtime(local).date()
    return str(date_format(local, "H:i" if is_same_day else "j M H:i"))


def elsewhere(there: tzinfo, *moments: datetime | None) -> str:
    """Those times by another clock, for beside that of the clock in force; nothing where it shows the same."""
    known = [at.astimezone(there) for at in moments if at is not None]
    if all(map(is_ours, known)):
        return ""
    if len({at.utcoffset() for at in known}) == 1:
        return f"{' – '.join(map(face, known))} ({offset(known[0])})"
    return " – ".join(f"{face(at)} ({offset(at)})" for at in known)


def offset(local: datetime) -> str:
    """How far a local time is from UTC: UTC+06:00, UTC-03:30, UTC."""
    return f"UTC{local.isoformat()[-6:]}" if local.utcoffset() else "UTC"


def comes_twice(local: datetime) -> bool:
    """Whether the clock of that place shows this time twice, since it is put back over it."""
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def told_apart(local: datetime) -> str:
    """What stands behind a time that comes twice, so that one knows which it is: " (UTC+02:00)"; else nothing."""
    return f" ({offset(local)})" if comes_twice(local) else ""


def is_ours(local: datetime) -> bool:
    """Whether the clock in force shows the same."""
    return local.utcoffset() == timezone.localtime(local).utcoffset()


def foreign(local: datetime) -> str:
    """What stands behind a time of another clock than the one in force, or one that comes twice; else nothing."""
    return told_apart(local) if is_ours(local) else f" ({offset(local)})"


def named(zone: tzinfo, *, at: datetime) -> str:
    """A zone and how far it is from UTC at that moment: Asia/Bishkek (UTC+06:00)."""
    return f"{zone} ({offset(at.astimezone(zone))})"


def zone() -> str:
    """The zone in force, and how far it is from UTC now."""
    return named(timezone.get_current_timezone(), at=timezone.now())


class ZoneNote:
    """That all times of a page are of the zone in force, said when the page is made."""

    def __str__(self) -> str:
        return _("All times: %(zone)s.") % {"zone": zone()}


ZONE_NOTE = lazystr(ZoneNote())


def hint(text: Any = "") -> Any:
    """What stands below a field for a time: its own words, and by which clock the time is."""
    return format_lazy("{} {}", text, ZONE_NOTE) if text else ZONE_NOTE
