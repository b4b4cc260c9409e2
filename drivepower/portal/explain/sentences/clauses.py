"""Figures as sentences write them."""

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.wording import quantity
from drivepower.core import measures


def energy(watt_hours: float | Decimal | None) -> str:
    """Energy in kWh, to the watt-hour."""
    return quantity(Decimal(int(watt_hours or 0)), "Wh")


def power(watts: float) -> str:
    """Power in kW."""
    return measures.power(watts)


def span(value: timedelta) -> str:
    """A stretch of time as people say it: seconds, minutes, hours and minutes, or days and hours."""
    seconds = max(0, int(value.total_seconds()))
    if seconds < 60:
        return _("%(count)s s") % {"count": seconds}
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return (
            _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
            if rest
            else _("%(count)s min") % {"count": minutes}
        )
    hours, minutes = divmod(minutes, 60)
    days, rest = divmod(hours, 24)
    if days > 1:
        return _("%(days)s days %(hours)s h") % {"days": days, "hours": rest}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
