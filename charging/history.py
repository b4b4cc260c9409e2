"""A driver's charging in figures: finished sessions, and what their receipts come to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncMonth

from accounts.models import User
from billing.models import Receipt
from charging.models import Session
from charging.models.session import FINISHED_STATES, SessionQuerySet

MOST_MONTHS = 24
MOST_STATIONS = 5


@dataclass
class Figures:
    """Sessions, energy in Wh, time, and money by currency."""

    sessions: int = 0
    energy_wh: int = 0
    lasted: timedelta = field(default_factory=timedelta)
    spent: dict[str, Decimal] = field(default_factory=dict)

    def add(self, other: "Figures") -> None:
        """Count the other's too."""
        self.sessions += other.sessions
        self.energy_wh += other.energy_wh
        self.lasted += other.lasted
        for currency, amount in other.spent.items():
            self.spent[currency] = self.spent.get(currency, Decimal(0)) + amount


@dataclass(frozen=True)
class AtStation:
    """How often and how much (Wh) at one station."""

    code: str
    sessions: int
    energy_wh: int


def months_of(driver: User) -> dict[datetime, Figures]:
    """The driver's months, the newest first, in the network's time zone; money by the month of its receipt.

    Receipts of corrections are differences, so that all of a session's come to what it costs.
    """
    zone = ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)
    months: dict[datetime, Figures] = {}
    for month, sessions, energy_wh, lasted in _sessions_by_month(driver, zone):
        months.setdefault(month, Figures()).add(Figures(sessions, energy_wh or 0, lasted or timedelta()))
    for month, currency, gross in _receipts_by_month(driver, zone):
        months.setdefault(month, Figures()).add(Figures(spent={currency: gross}))
    return dict(sorted(months.items(), reverse=True))


def stations_of(driver: User) -> list[AtStation]:
    """Where the driver charged most often."""
    rows = finished(driver).values_list("station__code").annotate(sessions=Count("pk"), energy=Sum("billed_energy_wh"))
    return [AtStation(code, count, energy or 0) for code, count, energy in rows.order_by("-sessions")[:MOST_STATIONS]]


def finished(driver: User) -> SessionQuerySet:
    """The driver's sessions that are over and were charges."""
    return Session.objects.filter(driver=driver, state__in=FINISHED_STATES, started_at__isnull=False).order_by()


def total_of(months: Iterable[Figures]) -> Figures:
    """All of them together."""
    total = Figures()
    for one in months:
        total.add(one)
    return total


def _sessions_by_month(driver: User, zone: ZoneInfo) -> QuerySet[Any, Any]:
    by_month = finished(driver).values_list(TruncMonth("started_at", tzinfo=zone))
    return by_month.annotate(
        sessions=Count("pk"), energy=Sum("billed_energy_wh"), lasted=Sum(F("stopped_at") - F("started_at"))
    )


def _receipts_by_month(driver: User, zone: ZoneInfo) -> QuerySet[Any, Any]:
    mine = Receipt.objects.filter(wallet__user=driver).order_by()
    return mine.values_list(TruncMonth("made_at", tzinfo=zone), "currency").annotate(gross=Sum("gross"))
