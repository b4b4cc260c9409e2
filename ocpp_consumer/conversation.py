"""One station's live socket, as the dialect, the gateway and our own calls see it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ParamSpec

from django.conf import settings
from django.utils import timezone

from charging.attribution import NO_ID, Attribution, session_for
from ocpp_consumer import rpc
from ocpp_consumer.journal import facts
from ocpp_consumer.masking import mask_text
from ocpp_consumer.pace import Pace
from ocpp_consumer.pending import PendingCalls
from ocpp_consumer.v16.quirks import NO_QUIRKS
from stations.models import Station
from stations.registry import BOOT_FIELDS

if TYPE_CHECKING:
    from ocpp_consumer.gateway import Gateway

P = ParamSpec("P")

# When a station last spoke is noted this often; every Heartbeat and Boot is noted besides.
SEEN_EVERY = timedelta(seconds=5)
REFUSALS_REMEMBERED = 10


class Conversation:
    """What is known while the socket lasts; nothing here must survive it."""

    def __init__(
        self,
        *,
        gateway: "Gateway",
        station: Station,
        epoch: int,
        send: Callable[[str], Coroutine[Any, Any, None]],
        close: Callable[[int, str], Coroutine[Any, Any, None]],
    ) -> None:
        self.gateway = gateway
        self.station_id = station.pk
        self.code = station.code
        self.epoch = epoch
        self.registration = station.registration
        self.heartbeat_interval = station.heartbeat_interval
        self.send = send
        self.close = close
        self.pending = PendingCalls()
        self.quirks = NO_QUIRKS
        self.transactions: dict[str, Attribution] = {}
        # Connectors of which no reading waits for its session; what came on an earlier socket is not known here.
        self.attributed: set[int] = set()
        # Actions that we have asked the station to send: heard even while it waits to be accepted (S 4.2).
        self.triggered: set[str] = set()
        # When cards were refused here that may be unknown, those still to be looked at, and whether one of them is.
        self.refusals: deque[datetime] = deque(maxlen=REFUSALS_REMEMBERED)
        self.refused_tags: deque[str] = deque(maxlen=REFUSALS_REMEMBERED)
        self.is_remembering = False
        # What of its hardware is written down already, so that a Boot that says the same needs nobody's time.
        self.connectors = gateway.connectors[station.pk]
        self.hardware = {name: getattr(station, name) for name in BOOT_FIELDS}
        # Those that were reserved when they were last heard of on this socket.
        self.reserved: set[int] = set()
        # Signs of effects that our commands on this socket are to have.
        self.awaited: set[str] = set()
        # Whether earlier ones may still have theirs.
        self.is_owed = bool(getattr(station, "is_owed", True))
        self.pace = Pace()
        # How many bytes its long frames may hold; short ones are few enough by the other.
        self.flow = Pace("BYTES")
        # Held while a CALL of the station is carried out and answered.
        self.answering = asyncio.Lock()
        self._replaced: asyncio.Future[bool] | None = None
        self._turn = asyncio.Lock()
        self._seen_at: datetime | None = None

    def named_station(self) -> Station:
        """The station as far as verbs must name it, its key and code; nothing else of it is asked of the database."""
        return Station(pk=self.station_id, code=self.code)

    async def call(
        self, action: str, make: Callable[[], Awaitable[dict[str, Any]]], *, until: datetime
    ) -> dict[str, Any]:
        """Ask the station and wait for its answer, one call at a time (J 4.1.1); the payload is made at its turn.

        What a CALL of the station has brought about goes out after its answer: a stop of a transaction whose id the
        station has not been told yet would be refused. Raises CallFailed, or TimeoutError when its turn does not come
        before `until` or no answer comes in time, and what `make` raises.
        """
        async with self._turn_before(until):
            call_id, answered = self.pending.open(action)
            try:
                text = rpc.write_call(call_id, action, await make())
                if answered.done():  # the socket ended meanwhile
                    return await answered
                said_at = datetime.now(UTC)
                await self.send(text)
                self.note_said(rpc.CALL, call_id, action, text, at=said_at)
                async with asyncio.timeout(settings.OCPP_CALL_TIMEOUT_SECONDS):
                    return await answered
            finally:
                self.pending.forget(call_id)

    @asynccontextmanager
    async def _turn_before(self, until: datetime) -> AsyncIterator[None]:
        async with asyncio.timeout((until - timezone.now()).total_seconds()):
            await self._turn.acquire()
        try:
            async with asyncio.timeout((until - timezone.now()).total_seconds()), self.answering:
                pass
            if timezone.now() >= until:  # a turn that is free is taken without looking at the time
                raise TimeoutError
            yield
        finally:
            self._turn.release()

    def fence(self) -> "asyncio.Future[bool] | None":
        """A newer socket has come: from now on every frame is dropped unheard, and whoever still speaks fights for it.

        The future says whether it did; nothing if this was known already.
        """
        self.pending.fail_all()
        if self._replaced is not None:
            return None
        self.pace.stop()
        self._replaced = asyncio.get_running_loop().create_future()
        return self._replaced

    async def slow_down(self, pace: Pace) -> bool:
        """Pause before a frame that is over this pace is heard; False if it must not be heard at all."""
        if self._replaced is None:
            await pace.rest()
        self.end_fight(spoke=True)
        return self._replaced is None

    def end_fight(self, *, spoke: bool) -> None:
        """Say whether the old socket spoke, if that is asked and not answered."""
        if self._replaced is not None and not self._replaced.done():
            self._replaced.set_result(spoke)

    async def attribute(self, *, number: int, ocpp_id: str) -> Attribution | None:
        """The session that readings of this connector and transaction belong to, asked once per transaction."""
        known = self.transactions.get(ocpp_id)
        if known is None:
            known = await self.gateway.database.run(
                session_for, station_id=self.station_id, number=number, ocpp_id=ocpp_id
            )
            if known and ocpp_id not in NO_ID:
                self.transactions[ocpp_id] = known
        return known

    def follow_up(self, verb: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Carry out a verb of which no answer depends; it goes on when the socket ends."""
        self.gateway.spawn(self.gateway.database.run_behind(verb, *args, **kwargs))

    def note_said(
        self,
        message_type: int,
        message_id: rpc.Id,
        action: str,
        text: str,
        *,
        at: datetime,
        latency_ms: float | None = None,
    ) -> None:
        """Hand our own frame to the journal, with when it went out; nobody waits for it."""
        said = facts.Frame(
            self.station_id,
            self.epoch,
            at,
            "out",
            message_type,
            facts.plain(str(message_id))[:64],
            facts.plain(action)[:60],
            mask_text(text),
            latency_ms=latency_ms,
        )
        if self._seen_at is None or at - self._seen_at >= SEEN_EVERY:
            self._seen_at = at
            self.gateway.journal.post(said, facts.Seen(self.station_id, at))
        else:
            self.gateway.journal.post(said)
