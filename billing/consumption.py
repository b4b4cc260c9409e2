"""What was used over time, as plain values."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise


@dataclass(frozen=True)
class Consumption:
    """What was used and when, in aware UTC times.

    `charging_ended_at` is the last instant so far while charging runs. Idle time runs from there to `left_at`; None:
    the connector was not kept. `curve` is (time, Wh since start), in order, never falling; linear between two points.
    """

    started_at: datetime
    charging_ended_at: datetime
    left_at: datetime | None
    curve: tuple[tuple[datetime, int], ...]

    def __post_init__(self) -> None:
        if self.charging_ended_at < self.started_at:
            raise ValueError("charging ended before it started")
        if any(after[0] < before[0] or after[1] < before[1] for before, after in pairwise(self.curve)):
            raise ValueError("the energy curve goes back")

    @property
    def energy_wh(self) -> int:
        """All the energy, in Wh."""
        return self.curve[-1][1] if self.curve else 0

    def energy_until(self, at: datetime) -> int:
        """Whole Wh until that instant, rounded down; from the end of charging on, all of it."""
        if at >= self.charging_ended_at:
            return self.energy_wh
        after = bisect_right(self.curve, at, key=lambda point: point[0])
        if at <= self.started_at or after == 0:
            return 0
        if after == len(self.curve):
            return self.energy_wh
        (from_time, from_wh), (to_time, to_wh) = self.curve[after - 1], self.curve[after]
        return from_wh + (to_wh - from_wh) * (at - from_time) // (to_time - from_time)
