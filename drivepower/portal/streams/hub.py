"""What all streams of a process share; a server process has one event loop."""

import asyncio
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from drivepower.portal.streams.guard import Guard
from drivepower.portal.streams.meters import Meters
from drivepower.portal.streams.network import Network
from drivepower.portal.streams.tail import Tail

MOST_PER_ADDRESS = 20


@dataclass
class Hub:
    """One of each, and how many sockets each address holds for which nobody answers, by the kind of stream."""

    tail: Tail = field(default_factory=Tail)
    guard: Guard = field(default_factory=Guard)
    meters: Meters = field(default_factory=Meters)
    network: Network = field(init=False)
    strangers: Counter[tuple[Hashable, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """The network stands at a place in the order of events."""
        self.network = Network(self.tail)

    def has_room(self, kind: Hashable, address: str) -> bool:
        """Whether that address may hold one more of this kind."""
        return self.strangers[kind, address] < MOST_PER_ADDRESS

    @contextmanager
    def counting(self, kind: Hashable, address: str) -> Iterator[None]:
        """One such socket of that address is open meanwhile."""
        self.strangers[kind, address] += 1
        try:
            yield
        finally:
            self.strangers[kind, address] -= 1
            self.strangers += Counter()  # forget who holds none


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """That of this event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
