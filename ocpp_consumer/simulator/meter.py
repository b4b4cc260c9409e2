"""A connector's lifetime energy register. It counts whole µWh, so that sums are exact."""

MICRO = 1_000_000


def energy_uwh(*, power_w: float, seconds: float) -> int:
    """The energy of a constant power over a time, in µWh."""
    return round(power_w * seconds / 3600 * MICRO)


class Meter:
    """Only ever grows; what it shows is whole Wh."""

    def __init__(self, register_wh: int = 0) -> None:
        self._uwh = register_wh * MICRO

    @property
    def register_wh(self) -> int:
        """What the display shows: Wh since the meter was made."""
        return self._uwh // MICRO

    def add(self, uwh: int) -> None:
        """Counts energy (µWh, never negative)."""
        if uwh < 0:
            raise ValueError("a meter does not run backwards")
        self._uwh += uwh
