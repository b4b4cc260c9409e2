"""Where things stand on the axis when two clocks tell of them: ours, and a station's, often one of whole seconds."""

from datetime import datetime, timedelta

# What comes so soon after its own time was told at once: the station's clock cut off the rest of its second.
AT_ONCE = timedelta(seconds=5)
TICK = timedelta(microseconds=1)
REST_OF_A_SECOND = timedelta(seconds=1) - TICK


def place_of(at: datetime, *, came: datetime | None = None, after: datetime | None = None) -> datetime:
    """Where a moment of a station's clock stands among ours: where it `came`, if that was at once, and never before
    what led to it (`after`); of one that nobody knows when it came, a whole second is taken to be over."""
    place = at
    if came is not None and timedelta(0) <= came - at <= AT_ONCE:
        place = came - TICK  # what we did about it stands at that very moment
    elif came is None and not at.microsecond:
        place = at + REST_OF_A_SECOND
    return place if after is None else max(place, after)
