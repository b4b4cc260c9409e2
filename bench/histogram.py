"""How long answers took: counts in buckets that widen with the time, so that many answers take little room."""

import math
from collections import Counter

# Neighbouring buckets are two percent apart: finer than any measurement here repeats.
STEP = math.log(1.02)


class Histogram:
    """Latencies in seconds, kept to two percent."""

    def __init__(self, counts: dict[str, int] | None = None) -> None:
        self.counts: Counter[int] = Counter({int(bucket): count for bucket, count in (counts or {}).items()})

    def add(self, seconds: float) -> None:
        """Count one answer; anything under a microsecond is a microsecond."""
        self.counts[int(math.log(max(seconds * 1e6, 1.0)) / STEP)] += 1

    def merge(self, other: "Histogram") -> None:
        """Take over what another process has counted."""
        self.counts.update(other.counts)

    @property
    def total(self) -> int:
        """How many answers were counted."""
        return self.counts.total()

    def percentile(self, share: float) -> float:
        """The time in seconds within which this share (0 to 1) of the answers came; 0 without any."""
        left = math.ceil(share * self.total)
        for bucket in sorted(self.counts):
            left -= self.counts[bucket]
            if left <= 0:
                return math.exp((bucket + 1) * STEP) / 1e6
        return 0.0

    def as_json(self) -> dict[str, int]:
        """As it crosses a pipe between processes."""
        return {str(bucket): count for bucket, count in self.counts.items()}
