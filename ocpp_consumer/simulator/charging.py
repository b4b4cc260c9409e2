"""A transaction from its first to its last reading: begins, flows, is sampled, ends (S 4.8, 4.10)."""

import asyncio
import time
from typing import TYPE_CHECKING

from .clock import now
from .connector import Connector, Presented
from .outbox import Message
from .sampling import sample
from .transaction import Transaction

if TYPE_CHECKING:
    from .station import Station

FINEST_TICK, COARSEST_TICK = 0.05, 1.0
SECONDS_PER_TICK = 10.0  # simulated


class Charging:
    """Lets energy flow on the connectors of one station."""

    def __init__(self, station: "Station") -> None:
        self._station = station
        self._metered_at: dict[int, float] = {}

    def begin(self, connector: Connector, presented: Presented) -> Transaction:
        """Starts a transaction on a plugged connector for a card that was let in."""
        at = now()
        connector.presented = None
        connector.is_energy_barred = False
        transaction = Transaction(
            connector_id=connector.number,
            id_tag=presented.id_tag,
            meter_start=connector.meter.register_wh,
            started_at=at,
            reservation_id=presented.reservation_id,
        )
        measurands = self._station.configuration.measurands("StopTxnSampledData")
        transaction.begin_values = sample(connector, measurands, context="Transaction.Begin", at=at)
        connector.transaction = transaction
        self._station.transactions.append(transaction)
        if presented.reservation_id is not None:
            self._station.reservations.drop(presented.reservation_id)
        if presented.profile is not None:
            self._station.profiles.install(connector.number, presented.profile)
        self._station.outbox.put(Message("start", transaction))
        self._metered_at[connector.number] = time.monotonic()
        connector.draw(self.limit_w(connector))
        self._station.statuses.look()
        self._station.tasks.spawn(self._flow(connector, transaction), name="charging")
        return transaction

    def end(self, connector: Connector, reason: str, *, id_tag: str | None = None) -> Transaction | None:
        """Stops the running transaction, if there is one; what was drawn up to now is in its `meter_stop`."""
        transaction = connector.running
        if transaction is None:
            return None
        self.advance(connector)
        transaction.stopped_at = now()
        transaction.meter_stop = connector.meter.register_wh
        transaction.reason, transaction.stop_id_tag = reason, id_tag
        measurands = self._station.configuration.measurands("StopTxnSampledData")
        connector.draw(self.limit_w(connector))
        transaction.end_values = sample(connector, measurands, context="Transaction.End", at=transaction.stopped_at)
        connector.is_finishing = True
        connector.is_energy_barred = False
        if connector.is_out_after_transaction:
            connector.is_operative, connector.is_out_after_transaction = False, False
        self._station.profiles.clear(id=None, connector_id=connector.number, purpose="TxProfile", stack_level=None)
        self._station.outbox.put(Message("stop", transaction))
        self._station.statuses.look()
        self._station.drivers.see_off(connector)
        return transaction

    def heed(self, transaction: Transaction, status: str) -> None:
        """Acts on what the central system says of the card of a started transaction (S 4.8, 9.1)."""
        self._station.say(f"transaction {transaction.id} on connector {transaction.connector_id}: {status}")
        if status == "Accepted" or not transaction.is_running:
            return
        connector = self._station.connectors[transaction.connector_id]
        if self._station.configuration.flag("StopTransactionOnInvalidId"):
            self.end(connector, "DeAuthorized")
            return
        self.advance(connector)
        connector.is_energy_barred = True
        connector.draw(self.limit_w(connector))
        self._station.statuses.look()

    def advance(self, connector: Connector) -> None:
        """Brings the meter of a connector up to this moment."""
        if connector.running is None:
            return
        moment = time.monotonic()
        seconds = moment - self._metered_at.get(connector.number, moment)
        self._metered_at[connector.number] = moment
        connector.advance(seconds * self._station.spec.speed, self.limit_w(connector))
        self._station.statuses.look()

    def limit_w(self, connector: Connector) -> float | None:
        """The limit (W) that the charging profiles set for a connector now; None is no limit."""
        running = connector.running
        sharing = sum(other.running is not None for other in self._station.connectors.values())
        started_at = running.started_at if running is not None else None
        return self._station.profiles.limit_w(connector.number, now(), started_at, sharing=sharing)

    async def _flow(self, connector: Connector, transaction: Transaction) -> None:
        sampled_at = time.monotonic()
        while transaction.is_running:
            interval = self._station.configuration.meter_seconds
            is_due = interval > 0 and time.monotonic() >= sampled_at + interval
            if is_due:
                sampled_at += interval
                await self._station.metering.read(connector, key="MeterValuesSampledData", context="Sample.Periodic")
                continue
            self.advance(connector)
            due_in = sampled_at + interval - time.monotonic() if interval > 0 else COARSEST_TICK
            await asyncio.sleep(max(0.001, min(self._tick(), due_in)))

    def _tick(self) -> float:
        return max(FINEST_TICK, min(COARSEST_TICK, SECONDS_PER_TICK / self._station.spec.speed))
