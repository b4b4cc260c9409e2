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
TOO_BIG, TRY_AGAIN_LATER = 1009, 1013
REFUSALS: dict[int, tuple[bytes, list[tuple[bytes, bytes]]]] = {
    400: (b"The subprotocol here is ocpp1.6.", []),
    401: (b"", [(b"www-authenticate", b'Basic realm="OCPP"')]),
    503: (b"", [(b"retry-after", b"10")]),
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
        self.answer_call = DIALECTS[entered.subprotocol]
        self.waiting: asyncio.Queue[Heard] = asyncio.Queue(MOST_WAITING)
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
            if self.gateway.journal.away:
                raise Unavailable
            outcome = await self.gateway.database.run(
                handshake.enter, caller, offered=tuple(DIALECTS), gateway_id=self.gateway.id, at=timezone.now()
            )
        except Unavailable:
            await self.refuse(503)
            return None
        if isinstance(outcome, handshake.Entered):
            return outcome
        await self.refuse(outcome.status)
        if outcome.is_stranger:
            self.gateway.remember_stranger(caller)
        return None

    async def refuse(self, status: int) -> None:
        """Answer with an HTTP status instead of a socket."""
        body, headers = REFUSALS[status]
        with suppress(OSError):
            await self.base_send({"type": "websocket.http.response.start", "status": status, "headers": headers})
            await self.base_send({"type": "websocket.http.response.body", "body": body})

    async def hear(self, message: dict[str, Any]) -> None:
        """Take a frame in; who waits for an answer has it at once, everything else is done in order."""
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
        elif isinstance(frame, (rpc.Result, rpc.Error)):
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
                return rpc.write_error(heard.frame.id, "FormationViolation", heard.frame.reason)
            case rpc.Noise():
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
