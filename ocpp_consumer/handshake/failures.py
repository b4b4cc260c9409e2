"""How often each address has failed, and how long it has to wait: in this process's memory, bounded.

Only failures are counted, and only by address: a lock on an identity would be an attack of its own, and behind one
address there may be a hundred stations.
"""

from collections import OrderedDict
from dataclasses import dataclass

# What a person with a new station gets wrong.
FREE = 20
LONGEST_WAIT = 60.0
FORGOTTEN_AFTER = 600.0
MOST_ADDRESSES = 10_000


@dataclass(slots=True)
class Count:
    """The failures of one address, the last one's time, and until when it waits."""

    failures: int = 0
    last: float = 0.0
    until: float = 0.0


class Failures:
    """Address -> count; times are seconds of any clock that never goes back."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, Count] = OrderedDict()

    def wait_of(self, address: str, *, now: float) -> float:
        """Seconds that an address still has to wait; nothing for most."""
        count = self._counts.get(address)
        return max(0.0, count.until - now) if count else 0.0

    def note(self, address: str, *, now: float) -> None:
        """One more: beyond the free ones each wait is twice the one before; failures while it waits prolong nothing."""
        count = self._counts.get(address)
        if count is None or now - count.last > FORGOTTEN_AFTER:
            count = self._counts[address] = Count()
        self._counts.move_to_end(address)
        if len(self._counts) > MOST_ADDRESSES:
            self._counts.popitem(last=False)
        count.last = now
        if now < count.until:
            return
        count.failures += 1
        if count.failures > FREE:
            count.until = now + min(LONGEST_WAIT, 2.0 ** min(count.failures - FREE - 1, 10))

    def __len__(self) -> int:
        return len(self._counts)
