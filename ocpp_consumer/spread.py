"""Intervals that keep a thousand stations from speaking at the same second after all of them came back at once.

Only ever longer, by up to a fifth: what is configured is the least, and a station with an interval of its own keeps it.
"""

import zlib

MOST_EXTRA = 0.2


def spread(seconds: int, *, seed: object) -> int:
    """The interval for one station, the same for the same seed."""
    share = zlib.crc32(str(seed).encode()) / 2**32
    return seconds + int(seconds * MOST_EXTRA * share)
