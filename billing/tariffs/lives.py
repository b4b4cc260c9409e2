"""When each version of a plan holds: from its moment until the next, or never where another took its moment."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from billing.models import TariffVersion


class Life(NamedTuple):
    """A version holds from `since` until `until` (None: until further notice); never if `replaced_by` a number."""

    since: datetime
    until: datetime | None
    replaced_by: int | None

    def state(self, at: datetime) -> str:
        """past, now, planned or never."""
        if self.replaced_by is not None:
            return "never"
        if self.since > at:
            return "planned"
        return "now" if self.until is None or self.until > at else "past"


def lives_of(versions: Iterable[TariffVersion]) -> dict[int, Life]:
    """The life of each of a plan's versions (all of them must be given) by its number."""
    rows = sorted(versions, key=lambda version: (version.in_force_from, version.number))
    holding = {row.in_force_from: row.number for row in rows}
    ends: dict[datetime | None, datetime | None] = dict(pairwise([*sorted(holding), None]))
    return {
        row.number: Life(row.in_force_from, ends[row.in_force_from], None)
        if holding[row.in_force_from] == row.number
        else Life(row.in_force_from, None, holding[row.in_force_from])
        for row in rows
    }
