"""A report's figures in words, in the language in force: what its paper, its workbook and its page say alike."""

from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from drivepower.portal import wording
from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly.figures import downtime

HOUR = 3600


def title(report: MonthlyReport) -> str:
    """What it is, and of which month."""
    return _("Uptime and success, %(month)s") % {"month": month(report)}


def month(report: MonthlyReport) -> str:
    """Which month."""
    return str(date_format(report.month, "YEAR_MONTH_FORMAT"))


def uptime(row: dict[str, Any]) -> str:
    """The share of the measured time in which it could be used."""
    return share(row["measured"] - downtime(row), row["measured"])


def success(row: dict[str, Any]) -> str:
    """The share of first tries that became a charge."""
    return share(row["attempts"] - row["failures"], row["attempts"])


def share(part: int, whole: int) -> str:
    """In percent with two decimals; a dash where there is nothing to share."""
    if whole <= 0:
        return wording.NOTHING
    # Never better than it was: 99.996 % is not 100.
    return f"{number_format(int(10_000 * part / whole) / 100, 2)} %"


def hours(seconds: int) -> str:
    """Hours with one decimal."""
    return str(number_format(seconds / HOUR, 1, force_grouping=True))


def cause(name: str) -> str:
    """A cause of downtime in words; what stations call their errors stays as they say it."""
    kind, _colon, error = name.partition(":")
    words = {"offline": _("Offline"), "unavailable": _("Unavailable"), "fault": _("Fault")}
    return f"{words.get(kind, kind)}: {error}" if error else words.get(kind, kind)


def named(row: dict[str, Any]) -> str:
    """A row's name; a dash for stations without a place or a vendor."""
    return row["name"] or wording.NOTHING


def heads() -> list[str]:
    """What the columns of a table of rows are."""
    return [
        _("Uptime"), _("Down, h"), _("Offline, h"), _("Faulted, h"), _("Unavailable, h"), _("Maintenance, h"),
        _("First tries"), _("Worked at first"), _("Energy, kWh"),
    ]  # fmt: skip


def cells(row: dict[str, Any]) -> list[str]:
    """What those columns say of a row."""
    times = [hours(seconds) for seconds in (downtime(row), *(row[name] for name in TIMES))]
    kwh = number_format(row["energy_wh"] / 1000, 1, force_grouping=True)
    return [uptime(row), *times, wording.count(row["attempts"]), success(row), str(kwh)]


TIMES = ("offline", "faulted", "unavailable", "maintenance")
