"""Amperes of a supply and what stations call them: per phase where they give alternating current, else W. Pure."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, NamedTuple

from charging.sites.planning import PHASES
from stations.models import Connector

VOLTS = 230
# A station for direct current that takes amperes only may mean those in the car's cable, at no more than so many volts.
MOST_DC_VOLTS = 1000
STEP = Decimal("0.1")
DIRECT = frozenset({Connector.Type.CCS2, Connector.Type.CHADEMO, Connector.Type.GBT_DC})
# ConnectorPhaseRotation names the phases of the supply by these letters, in the order of the connector's own.
LETTERS = {"R": 1, "S": 2, "T": 3}


class Outlet(NamedTuple):
    """A connector as its supply sees it: how many phases it loads (0: it gives direct current), and which unit it takes
    limits in.
    """

    phases: int
    unit: str

    @property
    def volts(self) -> int:
        """What an ampere of the supply is in W."""
        return VOLTS * (self.phases or 3)

    @property
    def watts_per_unit(self) -> int:
        """What one unit of a limit may come to in W, at most."""
        if self.unit == "W":
            return 1
        return self.volts if self.phases else MOST_DC_VOLTS

    def limit(self, share_a: Decimal) -> Decimal:
        """A share of the supply in the station's unit."""
        return (share_a * self.volts / self.watts_per_unit).quantize(STEP, ROUND_FLOOR)

    def amps(self, limit: Decimal, unit: str) -> Decimal:
        """What a limit may take of the supply."""
        return (limit * self._replace(unit=unit).watts_per_unit / self.volts).quantize(STEP, ROUND_CEILING)


def outlet_of(connector: Connector, units: frozenset[str] | None) -> Outlet:
    """A connector by its type, phases and what its station takes; where that is not known, A for AC and W for DC."""
    phases = 0 if connector.type in DIRECT else min(connector.phases, 3)
    usual, other = ("A", "W") if phases else ("W", "A")
    return Outlet(phases, usual if units is None or usual in units else other)


def rated_a(connector: Connector, outlet: Outlet, *, limit_a: Decimal) -> Decimal:
    """What the connector can take of the supply; all of it, where nobody has said its power."""
    if not connector.max_power_w:
        return limit_a
    return (Decimal(connector.max_power_w) / outlet.volts).quantize(STEP, ROUND_CEILING)


def phases_of(connector: Connector, outlet: Outlet, rotation: str) -> frozenset[int]:
    """Which phases of the supply a connector loads, by the station's ConnectorPhaseRotation; any of them, if unknown.

    A station says `1.RST, 2.STR`: the first letter is the phase at which a single-phase car charges.
    """
    if outlet.phases != 1:
        return PHASES
    said = dict(part.strip().split(".", 1) for part in rotation.split(",") if "." in part)
    phase = LETTERS.get(said.get(str(connector.number), "")[:1].upper())
    return PHASES if phase is None else frozenset({phase})


def most_of(profile: Mapping[str, Any], outlet: Outlet) -> Decimal | None:
    """The most that a profile lets a connector take of the supply, at any time; None where at times it lets it all."""
    schedule = profile["chargingSchedule"]
    if {"validFrom", "validTo"} & set(profile) or {"duration", "startSchedule"} & set(schedule):
        return None
    limits = [Decimal(str(period["limit"])) for period in schedule["chargingSchedulePeriod"]]
    return outlet.amps(max(limits), schedule["chargingRateUnit"]) if limits else None
