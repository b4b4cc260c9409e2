"""The socket of a station: handshake, frames in, answers out in order, goodbye.

Channels gives the shape; dispatch is our own, because the stock one hops to a thread for every message, keeps a channel
of the layer for every socket, and hears nothing while it handles something.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, NamedTuple

import structlog
from channels.consumer import AsyncConsumer
from django.utils import timezone

from ocpp_consumer import gateway as gateways
from ocpp_consumer import handshake, long_texts, presence, rpc
from ocpp_consumer.conversation import Conversation
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import Unavailable
from ocpp_consumer.journal.writer import PATIENCE_SECONDS
from ocpp_consumer.line import Line
from ocpp_consumer.v16 import actions


class Dialect(NamedTuple):
    """How CALLs are heard: `begin` hands in at once what asks nobody and is answered with nothing, `hear` takes all."""

    begin: Callable[[Heard, rpc.Call, "asyncio.Future[None]"], bool]
    hear: Callable[[Heard, rpc.Call], Awaitable[str]]


# The dialects that we speak, by their WebSocket subprotocol.
DIALECTS = {"ocpp1.6": Dialect(actions.begin, actions.hear)}
LONGEST_FRAME = 1024 * 1024
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
        self.dialect = DIALECTS[entered.dialect]
        self.line = Line()
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
            self.line.close()
            await self.disconnect(code)

    async def admit(self, caller: handshake.Caller) -> handshake.Entered | None:
        """Let the caller in, or answer why not before the upgrade."""
        outcome: handshake.Entered | handshake.Refused | None = None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self.gateway = await gateways.current()
                if self.gateway.journal.away or self.gateway.is_draining:
                    raise Unavailable
                outcome = await self.gateway.door.admit(caller, offered=tuple(DIALECTS))
                if isinstance(outcome, handshake.Entered):
                    self.quirks = await self.gateway.quirks_of(outcome.station.pk)
        except (Unavailable, TimeoutError):
            if outcome:
                self.gateway.door.let_out(outcome)
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
        if self.pace.left < 0 and not await self.conversation.slow_down(self.pace):
            return
        text = message.get("text")
        size = len(message["bytes"] if text is None else text)
        is_long = size > long_texts.LONG
        if is_long and not await self.may_flow(size):
            return
        frame: rpc.Frame
        action = ""
        if text is None:
            text, frame = "", rpc.Noise(f"a binary frame of {size} bytes")
        elif size > LONGEST_FRAME:
            await self.close(TOO_BIG, "too long")
            return
        elif is_long:
            frame, text = await long_texts.read(text)
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
        heard = Heard(self.conversation, frame, text, datetime.now(UTC), action, is_long=is_long)
        if isinstance(frame, rpc.Call) and not is_long and (sleeper := self.line.sleeper):
            heard.begun_at = perf_counter()
            heard.is_handed_in = self.dialect.begin(heard, frame, sleeper)
        if len(self.line):
            await self.line.has_room()
        self.line.join(heard)

    async def may_flow(self, size: int) -> bool:
        """Whether a long frame is heard, once the pace of bytes allows it."""
        flow = self.conversation.flow
        flow.left -= size
        return flow.left >= 0 or await self.conversation.slow_down(flow)

    async def work(self) -> None:
        """Store and answer frame after frame, until the socket ends."""
        try:
            while True:
                heard = await self.line.first()
                if isinstance(heard.frame, rpc.Call) and not heard.is_handed_in:
                    async with self.conversation.answering:
                        await self.answer(heard)
                else:
                    await self.answer(heard)
                self.line.leave()
        except Unavailable:
            await self.close(TRY_AGAIN_LATER, "try again later")
        except OSError:
            pass
        finally:
            self.line.close()  # what still comes is not heard, and must not keep the goodbye from being read

    async def answer(self, heard: Heard) -> None:
        """Store one frame and send what answers it; raises Unavailable if its words could not be stored."""
        begun_at = heard.begun_at or perf_counter()
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
        # Before it goes out: what a station says at once upon it comes after it.
        said_at = datetime.now(UTC)
        await self.send_text(reply)
        latency = (perf_counter() - begun_at) * 1000
        message_type = int(reply[1])  # "[3,…" or "[4,…"
        self.conversation.note_said(message_type, heard.frame.id, heard.action, reply, at=said_at, latency_ms=latency)

    async def reply_to(self, heard: Heard) -> str | None:
        """What to send back, once the frame is stored; nothing to answers and to noise."""
        match heard.frame:
            case rpc.Call() if heard.is_handed_in:
                return rpc.write_result(heard.frame.id, {})
            case rpc.Call():
                return await self.dialect.hear(heard, heard.frame)
            case rpc.Faulty():
                await heard.write(error=heard.frame.reason)
                return rpc.write_error(heard.frame.id, heard.frame.code, heard.frame.reason)
            case rpc.Noise() | rpc.Garbled():
                await heard.write(error=heard.frame.reason)
            case _:
                await heard.write(error="" if heard.action else "nobody waits for this answer")
        return None

    async def send_text(self, text: str) -> None:
        """Say something to the station; raises OSError when the socket has ended, or we have said goodbye on it."""
        try:
            await self.base_send({"type": "websocket.send", "text": text})
        except RuntimeError as error:  # so the server says that nothing is sent after a close
            raise OSError from error

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
            self.gateway.note_change("stations")
