"""What all streams of a process share; a server process has one event loop."""

import asyncio
from collections import Counter
from collections.abc import Iterator
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
    """One of each, and how many sockets each address holds."""

    tail: Tail = field(default_factory=Tail)
    guard: Guard = field(default_factory=Guard)
    meters: Meters = field(default_factory=Meters)
    network: Network = field(default_factory=Network)
    addresses: Counter[str] = field(default_factory=Counter)

    def has_room(self, address: str) -> bool:
        """Whether that address may hold one more."""
        return self.addresses[address] < MOST_PER_ADDRESS

    @contextmanager
    def counting(self, address: str) -> Iterator[None]:
        """One socket of that address is open meanwhile."""
        self.addresses[address] += 1
        try:
            yield
        finally:
            self.addresses[address] -= 1
            self.addresses += Counter()  # forget who holds none


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """That of this event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
