"""This process as stations' gateway: the sockets that it holds, and what they share."""

import asyncio
import os
import random
import socket
import uuid
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, cast

import structlog
from django.conf import settings
from django.utils import timezone

from ocpp_consumer import handshake, presence, tasks
from ocpp_consumer.conversation import Conversation
from ocpp_consumer.database import Database
from ocpp_consumer.journal import Journal, Unavailable, facts
from ocpp_consumer.journal.writer import Rows
from ocpp_consumer.limiter import Limiter
from ocpp_consumer.rounds import Rounds
from ocpp_consumer.v16 import quirks
from ocpp_consumer.v16.quirks import NO_QUIRKS, Quirks
from stations import contest, registry

REPLACED, SERVICE_RESTART = 1000, 1012
SHUTDOWN_PATIENCE_SECONDS = 5.0
# How long a socket that was replaced is still watched, unheard.
FIGHT_SECONDS = 2.0
# Sockets are not closed closer together than this when there are few of them.
LONGEST_PAUSE_SECONDS = 0.05
# A command may be claimed a moment before its socket, whose epoch is committed, has joined us.
JOINING_TRIES, JOINING_PAUSE_SECONDS = 20, 0.05

SHUFFLED = random.SystemRandom()

log = structlog.stdlib.get_logger(__name__)


class Gateway:
    """Opened by the first socket of an event loop; a server process has one loop."""

    def __init__(self, database: Database) -> None:
        self.id = uuid.uuid4()
        self.database = database
        self.conversations: dict[int, Conversation] = {}
        # Connectors that are in the table: one that a station names and that is not here is made.
        self.connectors: defaultdict[int, set[int]] = defaultdict(set)
        self.door = handshake.Door(self)
        self.is_draining = False
        self.has_quirks = False
        self._loop = asyncio.get_running_loop()
        self._changes: set[str] = set()
        self._changed = asyncio.Event()
        self._errands: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Take out the lease and begin; raises Unavailable without a database."""
        self.has_quirks = await self.database.run(quirks.any_known)
        for station_id, number in await self.database.run(registry.connectors):
            self.connectors[station_id].add(number)
        # Last, so that an opening that fails leaves none behind.
        await self.database.run_or(self._give_up, self._open_row)
        self.journal = Journal(after_batch=self._after_batch)
        self.limiter = Limiter(gateway_id=self.id, post=self.journal.post)
        self._rounds = Rounds(self)
        # Who moves many rows is not waited for: frames come late then, not to the wrong place.
        self.spawn(self.database.run(tasks.roll_partitions))

    async def quirks_of(self, station_id: int, **boot: str) -> Quirks:
        """What is odd about a station's firmware; nobody is asked while no profile exists."""
        if not self.has_quirks:
            return NO_QUIRKS
        return await self.database.run(quirks.read, station_id=station_id, boot=boot)

    async def take_lease(self) -> None:
        """Be a gateway for everyone to see."""
        await self.database.run(self._open_row)

    def _open_row(self) -> None:
        process = f"{socket.gethostname()}:{os.getpid()}"
        presence.open_gateway(gateway_id=self.id, process=process, at=timezone.now())

    def _give_up(self, _: None) -> None:
        """The lease of an opening that had failed by then."""
        self.spawn(self.database.insist(presence.close_gateway, gateway_id=self.id, at=timezone.now()))

    async def drain(self) -> None:
        """Take no more sockets, and send the stations away one after another, so that they come back so too."""
        self.is_draining = True
        going = list(self.conversations.values())
        SHUFFLED.shuffle(going)
        pause = min(settings.OCPP_DRAIN_SECONDS / max(1, len(going)), LONGEST_PAUSE_SECONDS)
        for one in going:
            self.spawn(one.close(SERVICE_RESTART, "restarting"))
            await asyncio.sleep(pause * SHUFFLED.uniform(0.5, 1.5))
        await self._wait_for_the_last()

    async def _wait_for_the_last(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_PATIENCE_SECONDS):
                while self.conversations or self._errands:
                    await asyncio.sleep(0.01)

    async def close(self) -> None:
        """Let every station go, so that it comes back to another process, and store what is still on the way."""
        await self._rounds.stop()
        going = [one.close(SERVICE_RESTART, "restarting") for one in self.conversations.values()]
        await asyncio.gather(*going, return_exceptions=True)
        await self._wait_for_the_last()
        with suppress(Unavailable):
            await self.database.run(presence.close_gateway, gateway_id=self.id, at=timezone.now())
        await asyncio.to_thread(self.limiter.stop)
        await asyncio.to_thread(self.journal.stop)

    def join(self, conversation: Conversation) -> bool:
        """Take a new socket and fence the station's old one; False if this one is the older of the two."""
        old = self.conversations.get(conversation.station_id)
        if old and old.epoch > conversation.epoch:
            return False
        self.conversations[conversation.station_id] = conversation
        if old:
            self.fence(old)
        if self.is_draining:  # it was on its way in when the others were sent away
            self.spawn(conversation.close(SERVICE_RESTART, "restarting"))
        self.note_change("stations")
        return True

    def holds(self, conversation: Conversation) -> bool:
        """Whether this socket is the one that speaks for its station here."""
        return self.conversations.get(conversation.station_id) is conversation

    def leave(self, conversation: Conversation) -> None:
        """A socket has ended; a newer one of the same station stays."""
        conversation.end_fight(spoke=False)
        if self.holds(conversation):
            del self.conversations[conversation.station_id]
        self.note_change("stations")

    def fence(self, conversation: Conversation) -> None:
        """End a socket that a newer one has replaced, and what waits for an answer on it."""
        if spoke := conversation.fence():
            self.spawn(self._see_off(conversation, spoke))

    async def _see_off(self, conversation: Conversation, spoke: "asyncio.Future[bool]") -> None:
        """Close it when it speaks or a moment later; a dead line is silent, and whoever speaks on fights."""
        await asyncio.wait([spoke], timeout=FIGHT_SECONDS)
        await conversation.close(REPLACED, "replaced by a newer connection")
        if spoke.done() and spoke.result():
            about = {"station_id": conversation.station_id, "epoch": conversation.epoch}
            if await self.database.run(contest.note_fight, **about, at=timezone.now()):
                self.note_change("stations")

    async def find(self, *, station_id: int, epoch: int | None) -> Conversation | None:
        """The socket of that station and epoch, if it is still ours."""
        for _ in range(JOINING_TRIES):
            found = self.conversations.get(station_id)
            if found and found.epoch == epoch:
                return found
            await asyncio.sleep(JOINING_PAUSE_SECONDS)
        return None

    def spawn(self, errand: Coroutine[Any, Any, object]) -> None:
        """Run something of its own, kept until it ends; its failure is logged and harms nobody."""
        task = asyncio.create_task(run_errand(errand))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def note_change(self, what: str) -> None:
        """Something that the portal shows is different now."""
        self._changes.add(what)
        self._changed.set()

    async def take_changes(self) -> list[str]:
        """What is different since this was asked last, as soon as anything is."""
        await self._changed.wait()
        self._changed.clear()
        what = sorted(self._changes)
        self._changes.clear()
        return what

    def _after_batch(self, stored: Rows) -> None:
        """On the writer's thread: whose limits to look at, and what the portal should hear of."""
        meters = cast(Sequence[facts.Meter], stored.get(facts.Meter, ()))
        metered = {fact.session_id for fact in meters if fact.cost_at is None}
        if metered:
            self.limiter.touch(metered)
            self._loop.call_soon_threadsafe(self.note_change, "sessions")
        if facts.Status in stored:
            self._loop.call_soon_threadsafe(self.note_change, "connectors")


async def run_errand(errand: Coroutine[Any, Any, object]) -> None:
    """Await something for which nobody waits."""
    try:
        await errand
    except Unavailable:
        log.info("an errand was not carried out: the database is away")
    except Exception:
        log.exception("an errand failed")


_gateways: dict[asyncio.AbstractEventLoop, "asyncio.Task[Gateway]"] = {}
# One of each event loop, however often its gateway has to be opened: the threads of a failed opening may still wait.
_databases: dict[asyncio.AbstractEventLoop, Database] = {}


async def current() -> Gateway:
    """The gateway of this event loop, opened when it is first asked for; raises Unavailable without a database."""
    loop = asyncio.get_running_loop()
    opening = _gateways.get(loop)
    if opening is None or (opening.done() and opening.exception()):
        opening = _gateways[loop] = loop.create_task(_open())
    return await asyncio.shield(opening)


async def drain() -> None:
    """Empty this event loop's gateway before its server stops, if it ever had one."""
    opening = _gateways.get(asyncio.get_running_loop())
    if opening:
        with suppress(Unavailable):
            await (await opening).drain()


async def shutdown() -> None:
    """Close this event loop's gateway, if it ever had one; called when the server stops."""
    opening = _gateways.pop(asyncio.get_running_loop(), None)
    try:
        if opening:
            with suppress(Unavailable):
                await (await opening).close()
    finally:
        if database := _databases.pop(asyncio.get_running_loop(), None):
            database.close()


async def _open() -> Gateway:
    gateway = Gateway(_databases.setdefault(asyncio.get_running_loop(), Database()))
    await gateway.open()
    return gateway
