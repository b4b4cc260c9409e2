"""What a gateway does every second or so: renew its lease, claim commands, fence old sockets, tell the portal."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from channels.layers import get_channel_layer
from django.utils import timezone

from drivepower.core import doorbell
from ocpp_consumer import calls, presence
from ocpp_consumer.journal import Unavailable
from ocpp_consumer.journal.writer import PATIENCE_SECONDS
from ocpp_consumer.v16 import quirks
from stations import commands
from stations.models import Command
from stations.models.network import LEASE

if TYPE_CHECKING:
    from ocpp_consumer.conversation import Conversation
    from ocpp_consumer.gateway import Gateway

RENEW_EVERY = LEASE / 3
POLL_EVERY = timedelta(seconds=1)
# What changes after a quiet while is told at once, and a crowd of changes together.
TELL_EVERY = timedelta(seconds=0.2)
# A station is ours in the database before its socket joins us, by as long as a socket waits for the database.
JOINING_TAKES = 2 * timedelta(seconds=PATIENCE_SECONDS)

log = structlog.stdlib.get_logger(__name__)


class Rounds:
    """The tasks of one gateway that never end by themselves."""

    def __init__(self, gateway: "Gateway") -> None:
        self._gateway = gateway
        self._rung = asyncio.Event()
        self._lost: set[tuple[int, int]] = set()
        rounds = (
            (self._renew, RENEW_EVERY),
            (self._compare, POLL_EVERY),
            (self._claim, timedelta()),
            (self._listen, POLL_EVERY),
            (self._tell, TELL_EVERY),
        )
        self._tasks = [asyncio.create_task(self._keep_doing(step, pause)) for step, pause in rounds]

    async def stop(self) -> None:
        """End them all."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep_doing(self, step: Callable[[], Awaitable[None]], pause: timedelta) -> None:
        while True:
            try:
                await step()
            except Unavailable:
                log.info("the database is away")
            except Exception:
                log.exception("a gateway's round failed")
                await asyncio.sleep(POLL_EVERY.total_seconds())
            await asyncio.sleep(pause.total_seconds())

    async def _renew(self) -> None:
        gateway = self._gateway
        if not await gateway.database.run(presence.renew_lease, gateway_id=gateway.id, at=timezone.now()):
            log.warning("the lease was lost; stations will come back to a new one")
            await gateway.take_lease()

    async def _claim(self) -> None:
        """Take the commands of our stations when we are rung, and every second all the same."""
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_EVERY.total_seconds()):
                await self._rung.wait()
        self._rung.clear()
        gateway = self._gateway
        if gateway.conversations:
            self._carry_out(
                await gateway.database.run_or(self._carry_out, commands.claim, gateway_id=gateway.id, at=timezone.now())
            )

    def _carry_out(self, claimed: list[Command]) -> None:
        if claimed:
            self._gateway.note_change("commands")
        for command in claimed:
            self._gateway.spawn(calls.carry_out(command, gateway=self._gateway))

    async def _compare(self) -> None:
        """Fence every socket that is no longer its station's newest, and learn what operators have changed."""
        held = list(self._gateway.conversations.values())
        standings = await self._standings(held)
        await self._let_go(standings)
        for conversation in held:
            standing = standings.get(conversation.station_id)
            if standing is None or standing.epoch > conversation.epoch:
                self._gateway.fence(conversation)
            else:
                conversation.registration = standing.registration
                conversation.heartbeat_interval = standing.heartbeat_interval

        self._gateway.has_quirks = await self._gateway.database.run(quirks.any_known)

    async def _standings(self, held: Sequence["Conversation"]) -> dict[int, presence.Standing]:
        """What is ours; also what was let go while we stalled and seemed dead, if nobody else has taken it since."""
        gateway = self._gateway
        standings = await gateway.database.run(presence.standings, gateway_id=gateway.id)
        missing = {one.station_id: one.epoch for one in held if one.station_id not in standings and gateway.holds(one)}
        if missing:
            await self._renew()
            if await gateway.database.run(presence.take_back, gateway_id=gateway.id, epochs=missing, at=timezone.now()):
                standings = await gateway.database.run(presence.standings, gateway_id=gateway.id)
        return standings

    async def _let_go(self, standings: dict[int, presence.Standing]) -> None:
        """Disconnect stations that are ours in the database and have no socket, seen twice: some are just leaving."""
        at = timezone.now()
        lost = {
            (station_id, standing.epoch)
            for station_id, standing in standings.items()
            if station_id not in self._gateway.conversations and standing.connected_at < at - JOINING_TAKES
        }
        for station_id, epoch in lost & self._lost:
            await self._gateway.database.run(
                presence.disconnect, station_id=station_id, epoch=epoch, close_code=None, at=at
            )
            self._gateway.note_change("stations")
        self._lost = lost

    async def _listen(self) -> None:
        """Hear our doorbell; what is missed is found by polling."""
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(f"gateway.{self._gateway.id.hex}", channel)
        while True:
            self._hear(await layer.receive(channel))

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "fence":
            old = self._gateway.conversations.get(message["station"])
            if old and old.epoch < message["epoch"]:
                self._gateway.fence(old)
        else:
            self._rung.set()

    async def _tell(self) -> None:
        what = await self._gateway.take_changes()
        doorbell.tell_portal({"type": "portal.changed", "what": what})
        if what != ["sessions"]:
            doorbell.tell_readers()
