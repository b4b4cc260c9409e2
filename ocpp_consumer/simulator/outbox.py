"""The messages of transactions: they wait in order until they are answered, through outages too (S 3.7, 3.7.1)."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocpp.v16 import call

from .authorization import IdTagInfo
from .link import BadAnswerError, OfflineError
from .transaction import Transaction

if TYPE_CHECKING:
    from .station import Station


@dataclass(frozen=True)
class Message:
    """A start, the readings or the stop of a transaction; the id is filled in when it is sent."""

    kind: str
    transaction: Transaction
    meter_value: dict[str, Any] | None = None

    def request(self) -> Any:
        """The call, with the id that the transaction has by now."""
        if self.kind == "start":
            return self.transaction.start_request()
        if self.kind == "stop":
            return self.transaction.stop_request()
        return call.MeterValues(
            connector_id=self.transaction.connector_id,
            transaction_id=self.transaction.wire_id,
            meter_value=[self.meter_value],
        )


class Outbox:
    """Sends one message after another; one that is refused again and again is dropped in the end."""

    def __init__(self, station: "Station") -> None:
        self._station = station
        self.waiting: deque[Message] = deque()

    def put(self, message: Message) -> None:
        """Adds a message to the end."""
        self.waiting.append(message)
        self._station.remember()
        self._station.changes.notify()

    def is_through_with(self, transaction: Transaction) -> bool:
        """Whether no message of this transaction waits any more."""
        return all(message.transaction is not transaction for message in self.waiting)

    async def pump(self) -> None:
        """Sends what waits, for ever."""
        while True:
            await self._station.changes.until(lambda: self.waiting and self._station.is_ready)
            message = self.waiting[0]
            try:
                answer = await self._deliver(message)
            except OfflineError:
                continue
            self._settle(message, answer)
            self.waiting.popleft()
            self._station.remember()
            self._station.changes.notify()

    async def _deliver(self, message: Message) -> Any:
        configuration = self._station.configuration
        attempt = 0
        while True:
            attempt += 1
            if not self._station.is_ready:
                raise OfflineError
            try:
                return await self._station.call(message.request())
            except BadAnswerError as error:
                self._station.warn(f"{message.kind} of a transaction, attempt {attempt}: {error}")
            if attempt >= configuration.number("TransactionMessageAttempts"):
                self._station.warn(f"{message.kind} of a transaction is given up")
                return None
            await asyncio.sleep(attempt * configuration.number("TransactionMessageRetryInterval"))

    def _settle(self, message: Message, answer: Any) -> None:
        transaction = message.transaction
        if message.kind == "stop":
            transaction.is_delivered = answer is not None
        if message.kind != "start":
            return
        if answer is None:
            transaction.is_start_lost = True
            return
        transaction.id = answer.transaction_id
        info = IdTagInfo.read(answer.id_tag_info)
        transaction.id_status = info.status
        self._station.authorization.learn(transaction.id_tag, info)
        self._station.charging.heed(transaction, info.status)
