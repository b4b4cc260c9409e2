"""The numbers of the start page, by a fixed number of queries however many stations and sessions there are."""

from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from charging.models import Session
from charging.rollups import Running, running_on
from drivepower.portal.figures.attention import Attention, take_attention
from drivepower.portal.figures.before import Before, KeptBefore
from drivepower.portal.figures.charging import Charging, take_charging
from drivepower.portal.figures.days import Day, KeptDays
from drivepower.portal.figures.faults import Faults, KeptFaults
from drivepower.portal.figures.network import Network, take_network
from drivepower.portal.figures.scope import NETWORK, Scope
from drivepower.portal.figures.ticker import Happening, take_ticker
from drivepower.portal.figures.trends import KeptWeek, LastWeek

__all__ = ["Attention", "Before", "Charging", "Day", "Figures", "Kept", "Network", "Scope", "take"]


@dataclass(frozen=True)
class Figures:
    """The state of the network and of the day as of a moment."""

    at: datetime
    zone: ZoneInfo
    network: Network
    charging: Charging
    running: Running
    days: tuple[Day, ...]
    last_week: LastWeek
    before: Before
    attention: Attention
    faults: Faults
    ticker: tuple[Happening, ...]
    scope: Scope = NETWORK

    @property
    def today(self) -> Day:
        """The day that holds this moment in the portal's zone."""
        return self.days[-1]

    @property
    def midnight(self) -> datetime:
        """When it began."""
        return midnight_of(self.at, self.zone)


@dataclass
class Kept:
    """What who asks every second need not ask anew each time."""

    days: KeptDays = field(default_factory=KeptDays)
    week: KeptWeek = field(default_factory=KeptWeek)
    before: KeptBefore = field(default_factory=KeptBefore)
    faults: KeptFaults = field(default_factory=KeptFaults)


def take(*, at: datetime, zone: ZoneInfo, kept: Kept | None = None, scope: Scope = NETWORK) -> Figures:
    """All figures as of now; `at` is that now, which decides who is online and which day it is in `zone`.

    Who asks every second hands in what it keeps of what moves slowly, of that scope and no other.
    """
    kept = kept or Kept()
    running = running_on(scope.cut(Session.objects.all()), at=at, busy_since=midnight_of(at, zone))
    return Figures(
        at=at,
        zone=zone,
        network=take_network(at=at, scope=scope),
        charging=take_charging(scope),
        running=running,
        days=kept.days.take(at=at, zone=zone, running=running, scope=scope),
        last_week=kept.week.take(at=at, zone=zone, scope=scope),
        before=kept.before.take(at=at, scope=scope),
        attention=take_attention(scope),
        faults=kept.faults.take(at=at) if scope.company is None else Faults(),
        ticker=take_ticker(scope),
        scope=scope,
    )


def midnight_of(at: datetime, zone: ZoneInfo) -> datetime:
    """When the day of a moment began there."""
    return datetime.combine(at.astimezone(zone).date(), time.min, tzinfo=zone)
