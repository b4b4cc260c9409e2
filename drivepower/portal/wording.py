"""Figures in words: energy, power, money and time as a person reads them, in the active language."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from drivepower.core.money import exponent

NOTHING = "–"
# What our own intents are called; any other is an OCPP action, which has a name already.
INTENTS = {
    "start_charging": gettext_lazy("Start charging"),
    "stop_charging": gettext_lazy("Stop charging"),
    "set_configuration": gettext_lazy("Set a configuration key"),
    "read_configuration": gettext_lazy("Read configuration keys"),
    "trigger": gettext_lazy("Ask for a message"),
    "reserve": gettext_lazy("Reserve a connector"),
    "cancel_reservation": gettext_lazy("Cancel a reservation"),
    "ask_list_version": gettext_lazy("Ask for its list's version"),
    "send_local_list": gettext_lazy("Send a local list"),
    "set_charging_profile": gettext_lazy("Set a charging profile"),
    "clear_charging_profile": gettext_lazy("Clear charging profiles"),
    "rotate_key": gettext_lazy("Send a new key"),
    "update_firmware": gettext_lazy("Update its firmware"),
    "update_firmware_signed": gettext_lazy("Update its firmware, signed"),
}


def intent(name: str) -> str:
    """What was asked of a station, in words."""
    return str(INTENTS.get(name, name))


def count(value: int) -> str:
    """A number of things."""
    return str(number_format(value, force_grouping=True))


def energy(watt_hours: int | None) -> str:
    """Energy in kWh, with one decimal."""
    if watt_hours is None:
        return NOTHING
    return f"{number_format(Decimal(watt_hours) / 1000, 1, force_grouping=True)} kWh"


def power(watts: int | None) -> str:
    """Power in kW, with one decimal."""
    if watts is None:
        return NOTHING
    return f"{number_format(Decimal(watts) / 1000, 1, force_grouping=True)} kW"


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
    """Hours and minutes in that zone."""
    return str(date_format(value.astimezone(zone), "H:i"))


def moment(value: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """The time of day in that zone, with the date if it is another day."""
    local = value.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return str(date_format(local, "H:i:s"))
    return str(date_format(local, "j M H:i"))


def minute(value: datetime) -> str:
    """Date and time, to the minute, in the zone in force."""
    return str(date_format(timezone.localtime(value), "j M Y H:i"))


def zone_name(zone: ZoneInfo, *, at: datetime) -> str:
    """A zone and what it is ahead of UTC, e.g. Asia/Bishkek (UTC+6)."""
    offset = at.astimezone(zone).utcoffset() or timedelta()
    sign, minutes = ("+", offset) if offset >= timedelta() else ("−", -offset)
    hours, rest = divmod(int(minutes.total_seconds()) // 60, 60)
    return f"{zone.key} (UTC{sign}{hours}{f':{rest:02d}' if rest else ''})"


def name(names: Mapping[str, str], *, default: str = "") -> str:
    """A name that is kept by language: in the active one, else in English, else the default."""
    return names.get(get_language() or "en") or names.get("en") or default
