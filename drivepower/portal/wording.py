"""Figures in words: energy, power, money and time as a person reads them, in the active language."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from drivepower.core import clocks, measures
from drivepower.core.money import exponent
from stations.intents import intent as intent

NOTHING = "–"


def count(value: int) -> str:
    """A number of things."""
    return str(number_format(value, force_grouping=True))


def energy(watt_hours: int | None) -> str:
    """Energy in kWh, with one decimal."""
    return measures.energy(watt_hours)


def power(watts: int | None) -> str:
    """Power in kW, with one decimal."""
    return measures.power(watts)


def percent(value: Decimal | None) -> str:
    """A share in whole percent."""
    return NOTHING if value is None else f"{value:.0f} %"


def share(part: int, whole: int) -> str:
    """A part of a whole in percent, with one decimal."""
    if whole <= 0:
        return NOTHING
    return f"{number_format(Decimal(100 * part) / whole, 1)} %"


def trend(now: Decimal | int, before: Decimal | int) -> str:
    """How much more or less something is than it was, in percent."""
    if before <= 0:
        return NOTHING if now <= 0 else "▲"
    percent = round(100 * (Decimal(now) - before) / Decimal(before))
    return f"{'▲' if percent > 0 else '▼' if percent < 0 else '='} {number_format(abs(percent), force_grouping=True)} %"


def change(now: int, before: int) -> str:
    """How many more or fewer there are than there were."""
    return f"{arrow(now, before)} {number_format(abs(now - before), force_grouping=True)}" if now != before else "="


def points(now: tuple[int, int], before: tuple[int, int]) -> str:
    """By how many points of a hundred a share (part, whole) is another than it was; nothing where one is of nothing."""
    if now[1] <= 0 or before[1] <= 0:
        return NOTHING
    new, old = (round(Decimal(100 * part) / whole, 1) for part, whole in (now, before))
    return f"{arrow(new, old)} {number_format(abs(new - old), 1)}" if new != old else "="


def arrow(now: Decimal | int, before: Decimal | int) -> str:
    """Up, down or even."""
    return "▲" if now > before else "▼" if now < before else "="


def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency's decimals and its currency."""
    if amount is None:
        return NOTHING
    return f"{number_format(amount, exponent(currency), force_grouping=True)} {currency}".rstrip()


def sums(amounts: Mapping[str, Decimal], *, default_currency: str) -> str:
    """Sums of several currencies; zero of the default one if there is none."""
    found = [money(amount, currency) for currency, amount in sorted(amounts.items())]
    return " · ".join(found) or money(Decimal(0), default_currency)


def duration(value: timedelta) -> str:
    """A time span in hours and minutes."""
    minutes = max(0, int(value.total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": rest}
    return _("%(minutes)d min") % {"minutes": rest}


def time_of_day(value: datetime, *, zone: ZoneInfo) -> str:
    """Hours and minutes in that zone; another one than the one in force is told."""
    local = value.astimezone(zone)
    return f"{date_format(local, 'H:i')}{clocks.foreign(local)}"


def moment(value: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """The time of day in that zone, with the date if it is another day."""
    local = value.astimezone(zone)
    is_today = local.date() == now.astimezone(zone).date()
    return f"{date_format(local, 'H:i:s' if is_today else 'j M H:i')}{clocks.told_apart(local)}"


def minute(value: datetime, zone: ZoneInfo | None = None) -> str:
    """Date and time, to the minute, in that zone or the one in force; another one than that is told."""
    local = timezone.localtime(value, zone)
    return f"{date_format(local, 'j M Y H:i')}{clocks.foreign(local)}"


def name(names: Mapping[str, str], *, default: str = "") -> str:
    """A name that is kept by language: in the active one, else in English, else the default."""
    return names.get(get_language() or "en") or names.get("en") or default
