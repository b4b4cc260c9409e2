"""One station's live socket, as the dialect, the gateway and our own calls see it."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ParamSpec

from django.conf import settings
from django.utils import timezone

from charging.attribution import NO_ID, Attribution, session_for
from ocpp_consumer import rpc
from ocpp_consumer.journal import facts
from ocpp_consumer.masking import mask_text
from ocpp_consumer.pending import PendingCalls
from stations.models import Station

if TYPE_CHECKING:
    from ocpp_consumer.gateway import Gateway

P = ParamSpec("P")

# When a station last spoke is noted this often; every Heartbeat and Boot is noted besides.
SEEN_EVERY = timedelta(seconds=5)


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
        self.transactions: dict[str, Attribution] = {}
        self.connectors: set[int] = set()
        self._turn = asyncio.Lock()
        self._seen_at: datetime | None = None

    async def call(self, action: str, payload: dict[str, Any], *, until: datetime) -> dict[str, Any]:
        """Ask the station and wait for its answer, one call at a time (J 4.1.1).

        Raises CallFailed, or TimeoutError when its turn does not come before `until` or no answer comes in time.
        """
        async with self._turn:
            if timezone.now() >= until:
                raise TimeoutError
            call_id, answered = self.pending.open(action)
            text = rpc.write_call(call_id, action, payload)
            try:
                await self.send(text)
                self.note_said(rpc.CALL, call_id, action, text)
                async with asyncio.timeout(settings.OCPP_CALL_TIMEOUT_SECONDS):
                    return await answered
            finally:
                self.pending.forget(call_id)

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
        self.gateway.spawn(self.gateway.database.run(verb, *args, **kwargs))

    def note_said(
        self, message_type: int, message_id: rpc.Id, action: str, text: str, *, latency_ms: float | None = None
    ) -> None:
        """Hand our own frame to the journal; nobody waits for it."""
        at = timezone.now()
        said = facts.Frame(
            station_id=self.station_id,
            epoch=self.epoch,
            received_at=at,
            direction="out",
            message_type=message_type,
            message_id=facts.plain(str(message_id))[:64],
            action=facts.plain(action)[:60],
            text=mask_text(text),
            latency_ms=latency_ms,
        )
        if self._seen_at is None or at - self._seen_at >= SEEN_EVERY:
            self._seen_at = at
            self.gateway.journal.post(said, facts.Seen(self.station_id, at))
        else:
            self.gateway.journal.post(said)
