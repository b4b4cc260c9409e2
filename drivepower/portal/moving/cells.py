"""What a cell may say, and how a value stands in one: the same text is read and written."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.translation import gettext as _

from drivepower.core.texts import storable
from drivepower.portal.moving.wrong import WrongCell

YES, NO = ("yes", "true", "1", "да"), ("no", "false", "0", "нет")
# PostgreSQL's integer.
LARGEST = 2**31 - 1
# A moment at the ends of the calendar is kept in another zone's year, and nobody can read it again.
YEARS = range(1970, 3000)
# A long number as spreadsheets show it: its last digits are gone.
SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?[Ee]\+[0-9]+")


def as_text(cell: str) -> str:
    """Any text that the database can hold, and no number that has lost its digits."""
    if SHORTENED.fullmatch(cell):
        raise WrongCell(_("a spreadsheet has shortened this number; type it again in a column of text"))
    return str(storable(cell))


def as_bool(cell: str) -> bool:
    """yes or no."""
    if cell.lower() in YES + NO:
        return cell.lower() in YES
    raise WrongCell(_("write yes or no"))


def as_int(cell: str) -> int:
    """A whole number from 0 on."""
    if not re.fullmatch(r"[0-9]{1,10}", cell) or int(cell) > LARGEST:
        raise WrongCell(_("write a whole number"))
    return int(cell)


def as_signed(cell: str) -> int:
    """A whole number that may be below 0."""
    return -as_int(cell[1:]) if cell.startswith("-") else as_int(cell)


def as_decimal(cell: str) -> Decimal:
    """A number with a point or a comma."""
    try:
        if re.fullmatch(r"-?[0-9]{1,12}([.,][0-9]{1,8})?", cell):
            return Decimal(cell.replace(",", "."))
    except InvalidOperation:  # pragma: no cover  # the pattern leaves none
        pass
    raise WrongCell(_("write a number, e.g. 15.50"))


def as_labels(cell: str) -> list[str]:
    """Words between commas, each once."""
    return list(dict.fromkeys(word.strip() for word in cell.split(",") if word.strip()))


def as_weekdays(cell: str) -> list[int]:
    """Days between commas, 1 to 7, or from-to: 1-5."""
    days: set[int] = set()
    for part in cell.replace(" ", "").split(","):
        found = re.fullmatch(r"([1-7])(?:-([1-7]))?", part)
        if found is None:
            raise WrongCell(_("write days as 1-5 or 6,7 (1 is Monday)"))
        days |= set(range(int(found[1]), int(found[2] or found[1]) + 1))
    return sorted(days)


def as_day(cell: str) -> date:
    """2026-12-31"""
    day: date = parsed(parse_date, cell, _("write a day as 2026-12-31"))
    return day


def as_time(cell: str) -> time:
    """HH:MM"""
    moment: time = parsed(parse_time, cell, _("write a time as 08:30"))
    return moment


def as_moment(cell: str) -> datetime:
    """A day or a moment; without a zone, in the network's."""
    why = _("write a moment as 2026-12-31 or 2026-12-31T18:00")
    if len(cell) <= 10:
        moment = datetime.combine(parsed(parse_date, cell, why), time())
    else:
        moment = parsed(parse_datetime, cell, why)
    if moment.year not in YEARS:
        raise WrongCell(why)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment, zone())


def parsed(parse: Callable[[str], Any], cell: str, why: str) -> Any:
    """What Django's parser makes of it."""
    try:
        value = parse(cell)
    except ValueError:
        value = None
    if value is None:
        raise WrongCell(why)
    return value


def zone() -> ZoneInfo:
    """The network's zone."""
    return ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)


def shown(value: Any) -> str:
    """A value as a cell says it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(zone()).isoformat(timespec="minutes")
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return named(value) if isinstance(value, models.Model) else str(value)


def named(row: models.Model) -> str:
    """The name by which a file refers to a row."""
    names = (getattr(row, name, None) for name in ("code", "email", "phone", "name"))
    return next((name for name in names if name), str(row))
