"""What happens when: acts in the order of their times, each told its own."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

Act = Callable[[datetime], Any]


def told(do: Callable[..., Any], *given: Any, **named: Any) -> Act:
    """The act of doing that with these, and with its time."""
    return lambda at: do(*given, at, **named)


@dataclass
class Agenda:
    """Acts that wait for their time; an act may put further ones on it."""

    _waiting: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def put(self, at: datetime, act: Act) -> None:
        """Let it happen then; of acts of one instant the one that was put first is first."""
        heapq.heappush(self._waiting, (at, next(self._numbers), act))

    def play(self) -> int:
        """Let everything happen; answers how many acts that were."""
        done = 0
        while self._waiting:
            at, _number, act = heapq.heappop(self._waiting)
            act(at)
            done += 1
        return done
