"""How fast one socket is read: a budget of frames, and one of bytes, that time refills; over it reading pauses, and
nothing is lost."""

import asyncio
import math
from typing import Literal

from django.conf import settings

# A pause earns so much of a second's budget, so that a flood does not wake us for each of its frames.
PAUSE_SECONDS = 0.1


class Pace:
    """`left` is taken down by what a frame costs; who finds it below zero awaits `rest`."""

    __slots__ = ("_kind", "_refilled_at", "left")

    def __init__(self, kind: Literal["FRAMES", "BYTES"] = "FRAMES") -> None:
        self._kind = kind
        self.left: float = self._at_once()
        self._refilled_at = asyncio.get_running_loop().time()

    async def rest(self) -> None:
        """Earn again what was spent too much and some more, by the time that has gone by or by waiting."""
        rate: int = getattr(settings, f"OCPP_{self._kind}_PER_SECOND")
        clock = asyncio.get_running_loop().time
        enough = max(-self.left, math.ceil(rate * PAUSE_SECONDS))
        if (missing := enough - self._earned(clock(), rate)) > 0:
            await asyncio.sleep(missing / rate)
        now = clock()
        self.left += max(1.0, min(self._earned(now, rate), self._at_once()))
        self._refilled_at = now

    def stop(self) -> None:
        """Nothing is ever left from now on: every frame is looked at before it is heard."""
        self.left = -math.inf

    def _at_once(self) -> int:
        most: int = getattr(settings, f"OCPP_{self._kind}_AT_ONCE")
        return most

    def _earned(self, now: float, rate: int) -> float:
        return (now - self._refilled_at) * rate
