"""The socket of a station: handshake, frames in, answers out in order, goodbye.

Channels gives the shape; dispatch is our own, because the stock one hops to a thread for every message, keeps a channel
of the layer for every socket, and hears nothing while it handles something.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import perf_counter
from typing import Any

import structlog
from channels.consumer import AsyncConsumer
from django.utils import timezone

from ocpp_consumer import gateway as gateways
from ocpp_consumer import handshake, presence, rpc
from ocpp_consumer.conversation import Conversation
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import Unavailable
from ocpp_consumer.v16 import actions

# The dialects that we speak, by their WebSocket subprotocol.
DIALECTS = {"ocpp1.6": actions.hear}
LONGEST_FRAME = 1024 * 1024
# Stations have been seen with five CALLs under way; beyond this many, reading pauses.
MOST_WAITING = 32
PROTOCOL_ERROR, TOO_BIG, TRY_AGAIN_LATER = 1002, 1009, 1013
REFUSALS: dict[int, tuple[bytes, list[tuple[bytes, bytes]]]] = {
    400: (b"The subprotocol here is ocpp1.6.", []),
    401: (b"", [(b"www-authenticate", b'Basic realm="OCPP"')]),
    403: (b"No browser may speak for a station.", []),
    404: (b"", []),
    429: (b"", []),
    503: (b"", []),
}

log = structlog.stdlib.get_logger(__name__)


class StationConsumer(AsyncConsumer):  # type: ignore[misc]  # channels has no type hints
    """One instance per socket."""

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Live from the request to the last word; nothing is sent after that."""
        self.base_send = send
        await receive()  # websocket.connect
        entered = await self.admit(handshake.read(scope))
        if entered is None:
            return
        self.conversation = Conversation(
            gateway=self.gateway, station=entered.station, epoch=entered.epoch, send=self.send_text, close=self.close
        )
        self.conversation.quirks = self.quirks
        self.pace = self.conversation.pace
        self.answer_call = DIALECTS[entered.dialect]
        self.waiting: asyncio.Queue[Heard] = asyncio.Queue(MOST_WAITING)
        # Ids of CALLs that are not answered yet; no more than wait.
        self.in_process: set[rpc.Id] = set()
        worker = asyncio.create_task(self.work())
        code: int | None = None
        try:
            await self.base_send({"type": "websocket.accept", "subprotocol": entered.subprotocol})
            if not self.gateway.join(self.conversation):
                self.gateway.fence(self.conversation)
            while (message := await receive())["type"] != "websocket.disconnect":
                await self.hear(message)
            code = message.get("code")
        except OSError:  # so the server says that the socket ended while we were speaking
            pass
        finally:
            worker.cancel()
            await self.disconnect(code)

    async def admit(self, caller: handshake.Caller) -> handshake.Entered | None:
        """Let the caller in, or answer why not before the upgrade."""
        try:
            self.gateway = await gateways.current()
            if self.gateway.journal.away or self.gateway.is_draining:
                raise Unavailable
            outcome = await self.gateway.door.admit(caller, offered=tuple(DIALECTS))
            if isinstance(outcome, handshake.Entered):
                self.quirks = await self.gateway.quirks_of(outcome.station.pk)
        except Unavailable:
            outcome = handshake.Refused(503, retry_after=10)
        if isinstance(outcome, handshake.Entered):
            return outcome
        await self.refuse(outcome)
        return None

    async def refuse(self, refused: handshake.Refused) -> None:
        """Answer with an HTTP status instead of a socket; or, as J 3.2 has it, with one that ends at once."""
        if refused.status == handshake.SWITCHING:
            await self.base_send({"type": "websocket.accept"})
            await self.close(PROTOCOL_ERROR, "The subprotocol here is ocpp1.6.")
            return
        body, headers = REFUSALS[refused.status]
        if refused.retry_after:
            headers = [*headers, (b"retry-after", b"%d" % refused.retry_after)]
        start = {"type": "websocket.http.response.start", "status": refused.status, "headers": headers}
        with suppress(OSError):
            await self.base_send(start)
            await self.base_send({"type": "websocket.http.response.body", "body": body})

    async def hear(self, message: dict[str, Any]) -> None:
        """Take a frame in; who waits for an answer has it at once, everything else is done in order."""
        self.pace.left -= 1
        if self.pace.left < 0 and not await self.conversation.slow_down():
            return
        text = message.get("text")
        frame: rpc.Frame
        action = ""
        if text is None:
            text, frame = "", rpc.Noise(f"a binary frame of {len(message['bytes'])} bytes")
        elif len(text) > LONGEST_FRAME:
            await self.close(TOO_BIG, "too long")
            return
        else:
            frame = rpc.parse(text)
        if isinstance(frame, rpc.Call):
            action = frame.action
            if frame.id in self.in_process:
                frame = rpc.Faulty(frame.id, "a CALL with this id is in process", "GenericError")
            else:
                self.in_process.add(frame.id)
        elif isinstance(frame, (rpc.Result, rpc.Error, rpc.Garbled)):
            action = self.conversation.pending.settle(frame) or ""
        await self.waiting.put(Heard(self.conversation, frame, text, timezone.now(), action))

    async def work(self) -> None:
        """Store and answer frame after frame, until the socket ends."""
        try:
            while True:
                await self.answer(await self.waiting.get())
        except Unavailable:
            await self.close(TRY_AGAIN_LATER, "try again later")
        except OSError:
            pass
        while True:  # what still comes is not heard, and must not keep the goodbye from being read
            await self.waiting.get()

    async def answer(self, heard: Heard) -> None:
        """Store one frame and send what answers it; raises Unavailable if its words could not be stored."""
        started = perf_counter()
        try:
            reply = await self.reply_to(heard)
        except Unavailable:
            raise
        except Exception:
            log.exception("a frame was not answered", station=self.conversation.code)
            return
        finally:
            if isinstance(heard.frame, rpc.Call):
                self.in_process.discard(heard.frame.id)
        if reply is None or isinstance(heard.frame, rpc.Noise):
            return
        await self.send_text(reply)
        latency = (perf_counter() - started) * 1000
        message_type = int(reply[1])  # "[3,…" or "[4,…"
        self.conversation.note_said(message_type, heard.frame.id, heard.action, reply, latency_ms=latency)

    async def reply_to(self, heard: Heard) -> str | None:
        """What to send back, once the frame is stored; nothing to answers and to noise."""
        match heard.frame:
            case rpc.Call():
                return await self.answer_call(heard, heard.frame)
            case rpc.Faulty():
                await heard.write(error=heard.frame.reason)
                return rpc.write_error(heard.frame.id, heard.frame.code, heard.frame.reason)
            case rpc.Noise() | rpc.Garbled():
                await heard.write(error=heard.frame.reason)
            case _:
                await heard.write(error="" if heard.action else "nobody waits for this answer")
        return None

    async def send_text(self, text: str) -> None:
        """Say something to the station; raises OSError when the socket has ended."""
        await self.base_send({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        """End the socket; the loop in `__call__` hears of it."""
        with suppress(OSError, RuntimeError):  # it may have ended already
            await self.base_send({"type": "websocket.close", "code": code, "reason": reason})

    async def disconnect(self, code: int | None) -> None:
        """Fail what waits for an answer and clear this socket's own traces."""
        self.conversation.pending.fail_all()
        self.gateway.leave(self.conversation)
        with suppress(Unavailable):  # the gateway's rounds find a station without a socket and let it go
            await self.gateway.database.run(
                presence.disconnect,
                station_id=self.conversation.station_id,
                epoch=self.conversation.epoch,
                close_code=code,
                at=timezone.now(),
            )
