"""Likely causes: one rule for each, pure functions of what is known, asked in the order in which they would explain."""

from collections.abc import Callable, Sequence

from drivepower.portal.explain.causes import faults, money, review, starts, stations, stops
from drivepower.portal.explain.facts import Story, Watch
from drivepower.portal.explain.shapes import Cause

__all__ = ["RULES", "WATCHED", "of_session", "of_station"]

# The first that holds is the cause; the others stand beside it.
RULES: Sequence[Callable[[Story], Cause | None]] = (
    *starts.RULES,
    *review.RULES,
    money.waits_for_price,
    faults.faulted,
    *stops.RULES,
    *faults.TROUBLES,
    review.noted,
    *money.RULES,
)
WATCHED: Sequence[Callable[[Watch], Cause | None]] = stations.RULES


def of_session(story: Story) -> list[Cause]:
    """All that hold for a session."""
    return [cause for rule in RULES if (cause := rule(story)) is not None]


def of_station(watch: Watch) -> list[Cause]:
    """All that hold for a station between two times."""
    return [cause for rule in WATCHED if (cause := rule(watch)) is not None]
