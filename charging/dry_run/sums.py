"""What a dry run adds up: earned then and now, by dimension, place and week; memory does not grow with the sessions."""

import heapq
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

# So many sessions that change most are shown, and so many that were left out.
MOST_CHANGED, MOST_LEFT_OUT = 10, 50
ZERO = Decimal(0)


@dataclass
class Sum:
    """Of so many sessions: what they earned, and what they would have earned, tax included."""

    sessions: int = 0
    then: Decimal = ZERO
    now: Decimal = ZERO

    def add(self, then: Decimal, now: Decimal) -> None:
        """One more session."""
        self.sessions += 1
        self.then += then
        self.now += now

    @property
    def more(self) -> Decimal:
        """How much more it would have been; below 0: less."""
        return self.now - self.then


@dataclass(frozen=True, order=True)
class Compared:
    """One session, then and now; what changes more is larger, of equals the older one."""

    size: Decimal
    age: int
    session: int = field(compare=False)
    station: str = field(compare=False)
    started_at: datetime = field(compare=False)
    time_zone: str = field(compare=False)
    then: Decimal = field(compare=False)
    now: Decimal = field(compare=False)

    @property
    def more(self) -> Decimal:
        """How much more it would cost."""
        return self.now - self.then


@dataclass(frozen=True)
class LeftOut:
    """A session that is in no sum, why, and what it cost."""

    session: int
    why: str
    then: Decimal


@dataclass
class Sums:
    """All that a dry run tells."""

    whole: Sum = field(default_factory=Sum)
    dimensions: dict[str, Sum] = field(default_factory=dict)
    places: dict[str, Sum] = field(default_factory=dict)
    weeks: dict[date, Sum] = field(default_factory=dict)
    changed: int = 0
    most: list[Compared] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    left_out_then: Decimal = ZERO

    def take(self, one: Compared, *, place: str, week: date, then: dict[str, Decimal], now: dict[str, Decimal]) -> None:
        """A session that can be compared, with its parts by dimension."""
        self.whole.add(one.then, one.now)
        self.places.setdefault(place, Sum()).add(one.then, one.now)
        self.weeks.setdefault(week, Sum()).add(one.then, one.now)
        for dimension in {**then, **now}:
            part = self.dimensions.setdefault(dimension, Sum())
            part.add(then.get(dimension, ZERO), now.get(dimension, ZERO))
        if one.size:
            self.changed += 1
            heapq.heappush(self.most, one)
            if len(self.most) > MOST_CHANGED:
                heapq.heappop(self.most)

    def copy(self) -> "Sums":
        """Another one of the same, so that a step counts whole or not at all."""
        return deepcopy(self)

    def leave_out(self, one: LeftOut) -> None:
        """A session that cannot be compared."""
        self.reasons[one.why] += 1
        self.left_out_then += one.then
        if len(self.left_out) < MOST_LEFT_OUT:
            self.left_out.append(one)
