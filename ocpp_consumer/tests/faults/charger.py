"""A station that charges without end, and remembers outside of the system what was acknowledged to it."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.protocol import State
from websockets.typing import Subprotocol

from ocpp_consumer.tests.conformance.site import Site

ANSWER_PATIENCE = 30.0
Payload = dict[str, Any]


@dataclass
class Memory:
    """What one station was told: acknowledged frames by message id, and what came of its transactions."""

    sent: Counter[str] = field(default_factory=Counter)
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: list[Any] = field(default_factory=list)
    # Start's timestamp -> every transaction id that it was answered with.
    starts: dict[str, set[int]] = field(default_factory=dict)
    stops: dict[int, int] = field(default_factory=dict)
    readings: list[tuple[int, str, str]] = field(default_factory=list)


class Charger:
    """Says one thing after the other, each again and again in the same words until it is answered."""

    def __init__(self, site: Site, *, urls: Sequence[str], seed: int) -> None:
        self.site = site
        self.memory = Memory()
        self._urls = urls
        self._random = random.Random(seed)
        self._clock = datetime.now(UTC)
        self._transaction = self._register = self._count = 0
        self._ending = False
        self._socket: ClientConnection | None = None

    def end(self) -> None:
        """Say no more once everything that was begun is answered."""
        self._ending = True

    async def run(self) -> None:
        """Live until the end, coming back to another server, or the same, whenever a socket breaks."""
        for action, payload in self._script():
            message_id = self._next_id()
            while True:
                try:
                    answer = await self._ask(message_id, action, payload)
                except (OSError, TimeoutError, WebSocketException):
                    await self._reconnect()
                else:
                    self._remember(message_id, action, payload, answer)
                    break
        if self._socket:
            await self._socket.close()

    def _script(self) -> Iterator[tuple[str, Payload]]:
        yield "BootNotification", {"chargePointVendor": "Faults", "chargePointModel": "F1"}
        while not self._ending:
            yield "StatusNotification", self._status("Preparing")
            start = self._start()
            yield "StartTransaction", start
            if self._random.random() < 0.3:
                yield "StartTransaction", start  # as if the answer had been lost
            for _ in range(self._random.randint(1, 3)):
                yield "MeterValues", self._meter_values()
            yield "StopTransaction", self._stop()
            yield "StatusNotification", self._status("Available")
            yield "Heartbeat", {}

    def _status(self, status: str) -> Payload:
        return {"connectorId": 1, "errorCode": "NoError", "status": status, "timestamp": self._now()}

    def _start(self) -> Payload:
        said = {"connectorId": 1, "idTag": self.site.card, "meterStart": self._register}
        return {**said, "timestamp": self._now()}

    def _meter_values(self) -> Payload:
        self._register += self._random.randint(1, 100)
        values = [{"timestamp": self._now(), "sampledValue": [{"value": str(self._register)}]}]
        return {"connectorId": 1, "transactionId": self._transaction, "meterValue": values}

    def _stop(self) -> Payload:
        said = {"transactionId": self._transaction, "idTag": self.site.card, "meterStop": self._register}
        return {**said, "timestamp": self._now()}

    def _now(self) -> str:
        """A moment of its own for everything that is said, never before the one before it."""
        self._clock = max(self._clock + timedelta(milliseconds=1), datetime.now(UTC))
        return self._clock.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _next_id(self) -> str:
        self._count += 1
        return f"{self.site.station_id}-{self._count}"

    async def _reconnect(self) -> None:
        if self._socket:
            self._socket.transport.abort()
        await asyncio.sleep(self._random.uniform(0.02, 0.2))

    async def _ask(self, message_id: str, action: str, payload: Payload) -> list[Any]:
        socket = await self._connected()
        self.memory.sent[message_id] += 1
        await socket.send(json.dumps([2, message_id, action, payload]))
        async with asyncio.timeout(ANSWER_PATIENCE):
            while True:
                message: list[Any] = json.loads(await socket.recv())
                if message[0] == 2:
                    await socket.send(json.dumps([4, message[1], "NotSupported", "", {}]))
                elif message[1] == message_id:
                    return message

    async def _connected(self) -> ClientConnection:
        if self._socket is None or self._socket.state is not State.OPEN:
            self._socket = await self.opened(self._random.choice(self._urls))
        return self._socket

    def opened(self, url: str) -> connect:
        """A socket to that server, to be awaited or entered."""
        return connect(
            f"{url}/ocpp/{self.site.path}",
            additional_headers=self.site.credentials(),
            subprotocols=[Subprotocol("ocpp1.6")],
            compression=None,
            ping_interval=None,
            open_timeout=5,
        )

    def _remember(self, message_id: str, action: str, payload: Payload, answer: list[Any]) -> None:
        self.memory.acknowledged[message_id] = action
        if answer[0] != 3:
            self.memory.refused.append([action, payload, answer])
        elif action == "StartTransaction":
            self._transaction = answer[2]["transactionId"]
            self.memory.starts.setdefault(payload["timestamp"], set()).add(self._transaction)
        elif action == "StopTransaction":
            self.memory.stops[payload["transactionId"]] = payload["meterStop"]
        elif action == "MeterValues":
            (taken,) = payload["meterValue"]
            value = taken["sampledValue"][0]["value"]
            self.memory.readings.append((payload["transactionId"], taken["timestamp"], value))
