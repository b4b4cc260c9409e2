"""How often the first try to charge worked, by connector, and what was delivered: from the figures of days."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import Sum

from charging.models import DailyFigures


class Success(NamedTuple):
    """One connector's tries over some days, and what they came to; energy in Wh."""

    attempts: int = 0
    failures: int = 0
    sessions: int = 0
    energy_wh: int = 0


def success_of(*, since: date, until: date) -> Mapping[int, Success]:
    """By connector, for the days from `since` until before `until`, as the places' clocks count days."""
    days = DailyFigures.objects.filter(day__gte=since, day__lt=until, connector__isnull=False).order_by()
    sums = days.values_list("connector").annotate(Sum("attempts"), Sum("failures"), Sum("sessions"), Sum("energy_wh"))
    return {connector: Success(*counted) for connector, *counted in sums}
