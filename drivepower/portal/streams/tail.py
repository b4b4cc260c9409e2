"""The one reader of events in this process: woken by the doorbell, and by itself all the same."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from channels.layers import get_channel_layer

from drivepower.portal.streams import told
from drivepower.portal.streams.rounds import Round
from drivepower.portal.streams.told import Audience, Position, Told
from drivepower.portal.streams.turns import ask

POLL_SECONDS = 2.0
# What was rung for may wait behind an older transaction: it is looked for a few times more.
SOON = (0.1, 0.3, 0.8)
# A crowd of rings is one look.
PACE_SECONDS = 0.05
PAGE = 500


class Listener:
    """One socket's ear: it hears nothing twice, and holds back what comes while the past is being told."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self.audience: Audience | None = None
        self.seen: Position = (0, 0)
        self._held: list[Told] | None = None

    def hear(self, events: Sequence[Told]) -> None:
        """Pass on what is for this socket, or keep it for later."""
        if self._held is None:
            self._pass_on(events)
        else:
            self._held.extend(events)

    def allow(self, now: Audience) -> None:
        """Hear what is allowed now, of the kinds that were wanted before."""
        if self.audience is not None:
            self.audience = replace(now, wanted=self.audience.wanted)

    def hold(self) -> None:
        """Keep what comes from now on."""
        self._held = []

    def release(self, *, beyond: Position) -> None:
        """Pass on what was kept and comes after that; who was elsewhere before may have heard more than we."""
        held, self._held = self._held or [], None
        self.seen = max(self.seen, beyond)
        self._pass_on(held)

    def _pass_on(self, events: Sequence[Told]) -> None:
        if self.audience is None:
            return
        for one in events:
            if one.position > self.seen and self.audience.takes(one):
                self.seen = one.position
                self._say(one.text)


class Tail:
    """Where this process has come in the order of events, and who listens."""

    def __init__(self) -> None:
        self.position: Position = (0, 0)
        self._listeners: set[Listener] = set()
        self._rung = asyncio.Event()
        self._looks: Iterator[float] = iter(())
        self._beginning = asyncio.Lock()
        self._rounds = (Round(self._follow, pause=PACE_SECONDS), Round(self._listen, pause=POLL_SECONDS))

    async def join(self, listener: Listener) -> None:
        """Tell it everything from here on; raises DatabaseError where the first one cannot learn where `here` is."""
        async with self._beginning:
            if not self._listeners:
                self.position = await ask(told.newest)
            self._listeners.add(listener)
        listener.seen = self.position
        for one in self._rounds:
            one.start()

    def leave(self, listener: Listener) -> None:
        """Tell it nothing more; the last one ends the reading."""
        self._listeners.discard(listener)
        if not self._listeners:
            for one in self._rounds:
                one.stop()

    async def _follow(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), next(self._looks, POLL_SECONDS))
        if self._rung.is_set():
            self._rung.clear()
            self._looks = iter(SOON)
        while events := await ask(told.read_after, self.position, most=PAGE):
            self.position = events[-1].position
            for listener in tuple(self._listeners):
                listener.hear(events)
            if len(events) < PAGE:
                break

    async def _listen(self) -> None:
        """Hear the doorbell; what is missed is found by polling."""
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add("events", channel)
        self._rung.set()  # for what was rung before we heard
        while True:
            await layer.receive(channel)
            self._rung.set()
