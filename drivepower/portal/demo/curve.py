"""How a car takes energy: full power while it is empty, less and less towards the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
TAPERS_FROM = 0.62
LAST_SHARE = 0.22


@dataclass(frozen=True)
class Point:
    """One moment of a charge: energy since its start in Wh, power in W, state of charge in percent."""

    at: datetime
    energy_wh: int
    power_w: int
    soc: float


def charge(
    *, starts_at: datetime, power_w: int, battery_wh: int, soc: float, until_soc: float, at_most_wh: int | None = None
) -> Iterator[Point]:
    """A point per minute from an empty register on, until that state of charge (0 to 1) or that energy is reached."""
    at, energy = starts_at, 0.0
    wanted = min((until_soc - soc) * battery_wh, at_most_wh or battery_wh)
    yield Point(at, 0, 0, soc * 100)
    while energy < wanted:
        now = soc + energy / battery_wh
        power = power_w * share_at(now)
        step = min(power / 60, wanted - energy)
        energy += step
        at += MINUTE * (step / (power / 60))
        yield Point(at, round(energy), round(power), (soc + energy / battery_wh) * 100)


def share_at(soc: float) -> float:
    """What share of its best power a car takes at that state of charge (0 to 1)."""
    if soc <= TAPERS_FROM:
        return 1.0
    return 1.0 - (1.0 - LAST_SHARE) * (soc - TAPERS_FROM) / (1.0 - TAPERS_FROM)
