"""What of a price would be another, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# As a settlement keeps it.
Line = dict[str, Any]
NOTHING = Decimal(0)


@dataclass(frozen=True)
class LineDifference:
    """A line before and after; None: there was none, or there is none any more."""

    before: Line | None
    after: Line | None

    @property
    def more(self) -> Decimal:
        """How much more it costs; below 0: less."""
        return gross(self.after) - gross(self.before)


def gross(line: Line | None) -> Decimal:
    """What a line costs, tax included."""
    return Decimal(line["gross"]) if line else NOTHING


def differences(before: Sequence[Line], after: Sequence[Line]) -> list[LineDifference]:
    """The lines side by side: of the same dimension and hours, in the order of the new price, old ones last.

    What they differ by sums to what the prices differ by.
    """
    left: dict[tuple[str, str, str], list[Line]] = {}
    for line in before:
        left.setdefault(place_of(line), []).append(line)
    found = [LineDifference(taken(left, place_of(line)), line) for line in after]
    return [*found, *(LineDifference(line, None) for lines in left.values() for line in lines)]


def taken(left: dict[tuple[str, str, str], list[Line]], place: tuple[str, str, str]) -> Line | None:
    """The next old line of that place, which is not taken again."""
    lines = left.get(place)
    return lines.pop(0) if lines else None


def place_of(line: Line) -> tuple[str, str, str]:
    """What a line is about."""
    return str(line["dimension"]), str(line["starts_at"]), str(line["ends_at"])
