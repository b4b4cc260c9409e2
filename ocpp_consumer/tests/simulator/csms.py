"""A small central system for the tests: plain JSON over WebSocket, sharing nothing with the simulator.

Every call of a station is checked against the schema of OCPP 1.6, and kept.
"""

import asyncio
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Self

from ocpp.messages import get_validator
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

Payload = dict[str, Any]
Reply = Callable[[Payload], Any]
SECONDS = 30.0


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def faults(message_type: int, action: str, payload: Payload) -> list[str]:
    """What is wrong with a payload by the schema. Decimals, because 8.7 as a float is no multiple of 0.1."""
    exact = json.loads(json.dumps(payload), parse_float=Decimal)
    validator = get_validator(message_type, action, "1.6", parse_float=Decimal)
    return [f"{action}: {error.message}" for error in validator.iter_errors(exact)]


class CallError(Exception):
    """Raised by a reply, or by `ask` when the station answered with one."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Csms:
    def __init__(self, *, heartbeat: int = 300) -> None:
        self.calls: list[tuple[str, Payload]] = []
        self.message_ids: list[str] = []
        self.broken: list[str] = []
        self.paths: list[str] = []
        self.authorizations: list[str | None] = []
        self.socket: ServerConnection | None = None
        self.subprotocols: list[Subprotocol] | None = [Subprotocol("ocpp1.6")]
        self.refusal: HTTPStatus | None = None
        self.url = ""
        self._port = 0
        self._server: Server | None = None
        self._changed = asyncio.Condition()
        self._pending: dict[str, asyncio.Future[list[Any]]] = {}
        self._numbers = itertools.count(1)
        self._transactions: dict[str, int] = {}
        self.replies: dict[str, Reply] = {
            "BootNotification": lambda _: {"status": "Accepted", "currentTime": now(), "interval": heartbeat},
            "Heartbeat": lambda _: {"currentTime": now()},
            "Authorize": lambda _: {"idTagInfo": {"status": "Accepted"}},
            "StartTransaction": self._start,
        }

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Listens; the second time on the port of the first."""
        self._server = await serve(
            self._serve, "127.0.0.1", self._port, subprotocols=self.subprotocols, process_request=self._admit
        )
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"ws://127.0.0.1:{self._port}/ocpp"

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def seen(self, action: str) -> list[Payload]:
        """The payloads of all calls of an action, in order of arrival."""
        return [payload for name, payload in self.calls if name == action]

    def statuses(self, connector: int) -> list[str]:
        return [p["status"] for p in self.seen("StatusNotification") if p["connectorId"] == connector]

    async def wait_for(self, holds: Callable[[], object], *, seconds: float = SECONDS) -> None:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: bool(holds()))

    async def wait_for_call(self, action: str, *, count: int = 1, seconds: float = SECONDS) -> Payload:
        await self.wait_for(lambda: len(self.seen(action)) >= count, seconds=seconds)
        return self.seen(action)[count - 1]

    async def ask(self, action: str, **payload: Any) -> Payload:
        """Sends a call to the station and answers its result."""
        assert self.socket is not None
        message_id = f"csms-{next(self._numbers)}"
        self._pending[message_id] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps([2, message_id, action, payload]))
        async with asyncio.timeout(SECONDS):
            answer = await self._pending[message_id]
        if answer[0] == 4:
            raise CallError(answer[2])
        self.broken += faults(3, action, answer[2])
        result: Payload = answer[2]
        return result

    def _start(self, payload: Payload) -> Payload:
        """The same start is the same transaction, however often it comes."""
        key = json.dumps(payload, sort_keys=True)
        number = self._transactions.setdefault(key, len(self._transactions) + 101)
        return {"transactionId": number, "idTagInfo": {"status": "Accepted"}}

    def _admit(self, socket: ServerConnection, _: Request) -> Response | None:
        return None if self.refusal is None else socket.respond(self.refusal, "")

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.paths.append(socket.request.path)
        self.authorizations.append(socket.request.headers.get("Authorization"))
        self.socket = socket
        await self._tell()
        try:
            async for frame in socket:
                await self._receive(socket, json.loads(frame))
        except ConnectionClosed:
            pass
        finally:
            if self.socket is socket:
                self.socket = None
            await self._tell()

    async def _receive(self, socket: ServerConnection, frame: list[Any]) -> None:
        if frame[0] != 2:
            if frame[1] in self._pending:
                self._pending[frame[1]].set_result(frame)
            return
        _, message_id, action, payload = frame
        self.broken += faults(2, action, payload)
        self.message_ids.append(message_id)
        self.calls.append((action, payload))
        await self._tell()
        try:
            answer = self.replies[action](payload) if action in self.replies else {}
        except CallError as error:
            await socket.send(json.dumps([4, message_id, error.code, "", {}]))
            return
        if isinstance(answer, str):
            await socket.send(answer)
        elif answer is not None:
            await socket.send(json.dumps([3, message_id, answer]))

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
