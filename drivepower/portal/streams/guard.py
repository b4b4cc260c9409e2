"""Looks again, for all sockets of the process at once, whether their people may still hear what they hear."""

from collections import Counter
from dataclasses import dataclass

from drivepower.portal.streams.line import TOO_MANY, Goodbye, Line
from drivepower.portal.streams.passes import Pass, look_again
from drivepower.portal.streams.rounds import Round
from drivepower.portal.streams.tail import Listener
from drivepower.portal.streams.turns import ask

CHECK_SECONDS = 10.0
MOST_PER_PERSON = 10


@dataclass(eq=False, slots=True)
class Visit:
    """A socket of somebody known."""

    held: Pass
    line: Line
    listener: Listener


class Guard:
    """Those who have come in."""

    def __init__(self) -> None:
        self._visits: set[Visit] = set()
        self._people: Counter[int] = Counter()
        self._round = Round(self.look, pause=CHECK_SECONDS)

    def let_in(self, visit: Visit) -> None:
        """Watch one more; Goodbye where the person holds enough."""
        if self._people[visit.held.user_key] >= MOST_PER_PERSON:
            raise Goodbye(TOO_MANY, "too many connections")
        self._people[visit.held.user_key] += 1
        self._visits.add(visit)
        self._round.start()

    def let_out(self, visit: Visit) -> None:
        """It has ended; the last one ends the looking."""
        if visit not in self._visits:
            return
        self._visits.discard(visit)
        self._people[visit.held.user_key] -= 1
        self._people += Counter()  # forget who holds none
        if not self._visits:
            self._round.stop()

    async def look(self) -> None:
        """End those whose token or rights have ended; others hear what they may hear now."""
        visits = tuple(self._visits)
        found = await ask(look_again, {visit.held for visit in visits})
        for visit in visits:
            now = found[visit.held]
            if isinstance(now, int):
                visit.line.end(now, "your login or your rights have ended")
            else:
                visit.listener.allow(now)
