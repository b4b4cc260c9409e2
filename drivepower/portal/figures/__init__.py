"""The numbers of the start page, by a fixed number of queries however many stations and sessions there are."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from drivepower.portal.figures.attention import Attention, take_attention
from drivepower.portal.figures.charging import Charging, take_charging
from drivepower.portal.figures.days import Day, KeptDays, take_days
from drivepower.portal.figures.network import Network, take_network

__all__ = ["Attention", "Charging", "Day", "Figures", "KeptDays", "Network", "take"]


@dataclass(frozen=True)
class Figures:
    """The state of the network and of the day as of a moment."""

    at: datetime
    zone: ZoneInfo
    network: Network
    charging: Charging
    days: tuple[Day, ...]
    attention: Attention

    @property
    def today(self) -> Day:
        """The day that holds this moment in the portal's zone."""
        return self.days[-1]


def take(*, at: datetime, zone: ZoneInfo, kept: KeptDays | None = None) -> Figures:
    """All figures as of now; `at` is that now, which decides who is online and which day it is in `zone`.

    Who asks every second hands in what it keeps of the days before today.
    """
    return Figures(
        at=at,
        zone=zone,
        network=take_network(at=at),
        charging=take_charging(),
        days=(kept.take if kept else take_days)(at=at, zone=zone),
        attention=take_attention(),
    )
