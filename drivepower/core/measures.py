"""Energy, power and other quantities for people: with the unit and the decimal mark of the language in force."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NOTHING = "–"
# Units as quantities are written in them.
UNITS = {"kWh": gettext_noop("kWh"), "min": gettext_noop("min"), "pc": gettext_noop("pc")}


def energy(watt_hours: int | float | Decimal | None, decimals: int = 1) -> str:
    """Energy in kWh."""
    if watt_hours is None:
        return NOTHING
    return _("%(number)s kWh") % {"number": number(Decimal(watt_hours) / 1000, decimals)}


def power(watts: int | float | Decimal | None, decimals: int | None = 1) -> str:
    """Power in kW."""
    if watts is None:
        return NOTHING
    return _("%(number)s kW") % {"number": number(Decimal(watts) / 1000, decimals)}


def number(value: Decimal, decimals: int | None) -> str:
    """A number with so many decimals (rounded half up: Django would cut them off), or as many as it has."""
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(number_format(value, decimals, force_grouping=True))


def unit(name: str) -> str:
    """A unit as readers write it; one that we have no word for as it is."""
    return _(UNITS[name]) if name in UNITS else name
