"""The car at the end of the cable: what its battery still takes, and how full it is."""

from random import Random

from .meter import MICRO


class Battery:
    """A battery of `capacity_wh` at `soc` percent whose driver wants `wants_wh` (None: until it is full)."""

    def __init__(self, *, capacity_wh: float, soc: float, wants_wh: int | None = None) -> None:
        self._capacity_uwh = round(capacity_wh * MICRO)
        self._held_uwh = round(self._capacity_uwh * soc / 100)
        room = max(0, self._capacity_uwh - self._held_uwh)
        self._room_uwh = room if wants_wh is None else min(room, wants_wh * MICRO)

    @property
    def soc(self) -> float:
        """State of charge in percent."""
        return 100 * self._held_uwh / self._capacity_uwh

    @property
    def is_satisfied(self) -> bool:
        """Whether it takes no more energy."""
        return self._room_uwh == 0

    def take(self, uwh: int) -> int:
        """Takes up to so much energy (µWh); answers how much it took."""
        taken = min(uwh, self._room_uwh)
        self._room_uwh -= taken
        self._held_uwh += taken
        return taken


def arriving(rng: Random, *, wants_wh: int | None) -> Battery:
    """A car as it drives up: the battery is always large and empty enough for what the driver wants."""
    capacity_wh = max(rng.uniform(40_000, 90_000), 2.5 * (wants_wh or 0))
    return Battery(capacity_wh=capacity_wh, soc=rng.uniform(12, 55), wants_wh=wants_wh)
