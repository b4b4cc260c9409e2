"""How papers write money, quantities and times for people, in the language in force; never read back by programs."""

import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from drivepower.core.clocks import offset, told_apart
from drivepower.core.money import exponent

# The tax that most countries have, by its usual name.
VAT = gettext_noop("VAT")
MINUS = "−"
INSTANT = timedelta(microseconds=1)


def number(value: Decimal, decimals: int) -> str:
    """A number with the language's own marks: "1,234.50", "1 234,50"."""
    written = number_format(abs(value), decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return f"{MINUS}{written}" if value < 0 else written


def bare(amount: Decimal, currency: str) -> str:
    """An amount without its currency, for columns that name it."""
    return number(amount, exponent(currency))


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency: "382.50 KGS"."""
    return f"{bare(amount, currency)} {currency}"


def rate(price: Decimal, currency: str) -> str:
    """A price of one unit, with all of its decimals and at least the currency's."""
    return number(price, max(-int(price.normalize().as_tuple().exponent), exponent(currency)))


def percent(value: Decimal) -> str:
    """A percentage without needless zeros: "12 %"."""
    return f"{number(value, max(-int(value.normalize().as_tuple().exponent), 0))} %"


def quantity(value: Decimal, unit: str) -> str:
    """Wh as kWh, seconds as minutes and seconds, pieces as they are."""
    if unit == "Wh":
        return _("%(number)s kWh") % {"number": number(value / 1000, 3)}
    if unit == "s":
        minutes, seconds = divmod(int(abs(value)), 60)
        return _("%(number)s min") % {"number": f"{MINUS if value < 0 else ''}{minutes}:{seconds:02d}"}
    return _("%(number)s pc") % {"number": number(value, 0)}


def zone_of(name: str) -> ZoneInfo:
    """A place's time zone; the network's where none was written down."""
    return ZoneInfo(name or settings.DEFAULT_LOCATION_TIME_ZONE)


def day(at: datetime, zone: ZoneInfo) -> str:
    """The date on the place's calendar."""
    return date_format(at.astimezone(zone), "DATE_FORMAT")


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Date and time on the place's clock, and how far that is from UTC."""
    local = at.astimezone(zone)
    return f"{day(at, zone)}, {local:%H:%M:%S} ({offset(local)})"


def last_day(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> date:
    """The day on which a window ends; one that ends at midnight does not reach into the next."""
    return max(starts_at, ends_at - INSTANT).astimezone(zone).date()


def window(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, *, dated: bool) -> str:
    """From when until when on the place's clock, with dates if wanted; offsets only where the clocks change.

    They stand at both ends of a stretch in which that happens, and at every time that comes twice.
    """
    first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
    same_day = first.date() == last_day(starts_at, ends_at, zone)
    changes = first.utcoffset() != last.utcoffset()
    times = [f"{one:%H:%M}{f' ({offset(one)})' if changes else told_apart(one)}" for one in (first, last)]
    if dated and not same_day:
        return f"{day(first, zone)}, {times[0]} – {day(last, zone)}, {times[1]}"
    span = times[0] if starts_at == ends_at else "–".join(times)
    return f"{day(first, zone)}, {span}" if dated else span


def clean(text: str) -> str:
    """Somebody's words on one line, without characters that steer how text is shown."""
    kept = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    return " ".join("".join(one for one in kept if unicodedata.category(one) not in ("Cf", "Cs", "Co")).split())


def tax_name(name: str) -> str:
    """A tax as the language in force calls it, if that knows it."""
    return _(clean(name)) if clean(name) else ""


def tax_id(number: str) -> str:
    """A tax id with its name, where there is one."""
    return _("tax id %(number)s") % {"number": number} if number else ""
