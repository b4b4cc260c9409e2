"""How fast one socket is read: a budget of frames that time refills; over it reading pauses, and nothing is lost."""

import asyncio
import math

from django.conf import settings

# A pause earns so much of a second's frames, so that a flood does not wake us for each of its frames.
PAUSE_SECONDS = 0.1


class Pace:
    """`left` is taken down by one for each frame; who finds it below zero awaits `rest`."""

    __slots__ = ("_refilled_at", "left")

    def __init__(self) -> None:
        self.left: float = settings.OCPP_FRAMES_AT_ONCE
        self._refilled_at = asyncio.get_running_loop().time()

    async def rest(self) -> None:
        """Earn frames again, by the time that has gone by or by waiting."""
        rate, clock = settings.OCPP_FRAMES_PER_SECOND, asyncio.get_running_loop().time
        enough = max(1, math.ceil(rate * PAUSE_SECONDS))
        if (missing := enough - self._earned(clock(), rate)) > 0:
            await asyncio.sleep(missing / rate)
        now = clock()
        self.left += max(1.0, min(self._earned(now, rate), settings.OCPP_FRAMES_AT_ONCE))
        self._refilled_at = now

    def stop(self) -> None:
        """Nothing is ever left from now on: every frame is looked at before it is heard."""
        self.left = -math.inf

    def _earned(self, now: float, rate: int) -> float:
        return (now - self._refilled_at) * rate
