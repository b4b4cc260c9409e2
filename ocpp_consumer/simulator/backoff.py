"""How long to wait before the next attempt: doubling, with jitter, so that stations do not come back as one."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Backoff:
    """Waits of `first` to `most` seconds."""

    first: float = 1.0
    most: float = 60.0

    def delay(self, attempt: int, rng: Random) -> float:
        """Seconds to wait after the attempt of that number (from 0): between half and the whole of the step."""
        step = min(self.most, self.first * 2.0 ** min(attempt, 30))
        return step * rng.uniform(0.5, 1.0)
