"""One gateway's door: whoever failed too often waits, and nobody who waits keeps others from coming in."""

import asyncio
import math
from collections import deque
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from drivepower.core.addresses import subscriber_of
from ocpp_consumer import presence
from ocpp_consumer.handshake.caller import Caller
from ocpp_consumer.handshake.entry import Entered, Refused, enter
from ocpp_consumer.handshake.failures import Failures
from ocpp_consumer.handshake.traces import remember
from ocpp_consumer.journal import Unavailable

if TYPE_CHECKING:
    from ocpp_consumer.gateway import Gateway

# Callers from addresses that failed too often are judged one at a time; a valid key among them still comes in.
MOST_IN_LANE = 200
# So many refusals of a kind wait to be written down; of a flood the oldest are left out.
MOST_UNWRITTEN = 50
TRY_AGAIN_LATER = 1013


class Door:
    """Admits callers, counts their failures, and sends one errand at a time to write down who was refused."""

    def __init__(self, gateway: "Gateway") -> None:
        self._gateway = gateway
        self._failures = Failures()
        self._lane = asyncio.Semaphore(1)
        self._in_lane = 0
        # Of strangers and of stations: those to be written down, and whether one of them is being written.
        self._unwritten: dict[bool, deque[tuple[Caller, Refused, datetime]]] = {
            is_stranger: deque(maxlen=MOST_UNWRITTEN) for is_stranger in (True, False)
        }
        self._is_writing = {True: False, False: False}

    async def admit(self, caller: Caller, *, offered: tuple[str, ...]) -> Entered | Refused:
        """Judge a caller; raises Unavailable if that cannot be done in time."""
        if caller.origin is not None and caller.origin not in settings.OCPP_ALLOWED_ORIGINS:
            return Refused(403)
        address = subscriber_of(caller.address)
        wait = self._failures.wait_of(address, now=monotonic())
        outcome = await (self._judge_in_lane(caller, offered) if wait else self._judge(caller, offered))
        if isinstance(outcome, Entered) or outcome.status not in (401, 404):
            return outcome
        self._failures.note(address, now=monotonic())
        self._remember(caller, outcome)
        return replace(outcome, status=429, retry_after=math.ceil(wait)) if wait else outcome

    async def _judge(self, caller: Caller, offered: tuple[str, ...]) -> Entered | Refused:
        gateway = self._gateway
        return await gateway.database.run_or(
            self.let_out, enter, caller, offered=offered, gateway_id=gateway.id, at=timezone.now()
        )

    def let_out(self, outcome: Entered | Refused) -> None:
        """Undo an entering of which the caller does not know, because it was told to try again later."""
        if isinstance(outcome, Entered):
            which = {"station_id": outcome.station.pk, "epoch": outcome.epoch}
            leaving = self._gateway.database.insist(
                presence.disconnect, **which, close_code=TRY_AGAIN_LATER, at=timezone.now()
            )
            self._gateway.spawn(leaving)

    async def _judge_in_lane(self, caller: Caller, offered: tuple[str, ...]) -> Entered | Refused:
        """The same for those who wait: however many they are, they hold one of the gateway's connections."""
        if self._in_lane >= MOST_IN_LANE:
            raise Unavailable
        self._in_lane += 1
        try:
            async with self._lane:
                return await self._judge(caller, offered)
        finally:
            self._in_lane -= 1

    def _remember(self, caller: Caller, refused: Refused) -> None:
        """Write it down, one of its kind at a time."""
        kind = refused.is_stranger
        self._unwritten[kind].append((caller, refused, timezone.now()))
        if not self._is_writing[kind]:
            self._is_writing[kind] = True
            self._gateway.spawn(self._write(kind))

    async def _write(self, kind: bool) -> None:
        try:
            while self._unwritten[kind]:
                caller, refused, at = self._unwritten[kind].popleft()
                await self._gateway.database.insist_behind(remember, caller, refused, at=at)
        finally:
            self._is_writing[kind] = False
