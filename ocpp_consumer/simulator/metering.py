"""When a station reads its meters: while charging, at the stroke of the clock, and when asked (S 4.7, 3.16)."""

import time
from functools import partial
from typing import TYPE_CHECKING

from ocpp.v16 import call

from .clock import now
from .connector import Connector
from .outbox import Message
from .sampling import sample

if TYPE_CHECKING:
    from .station import Station


class Metering:
    """Takes the readings; inside a transaction they go through the outbox, otherwise they are sent at once."""

    def __init__(self, station: "Station") -> None:
        self._station = station

    async def read(self, connector: Connector, *, key: str, context: str) -> None:
        """Reads one connector and sends the measurands that the configuration key lists."""
        self._station.charging.advance(connector)
        measurands = self._station.configuration.measurands(key)
        values = sample(connector, measurands, context=context, at=now())
        if not values:
            return
        transaction = connector.running
        if transaction is not None:
            transaction.registers.append(connector.meter.register_wh)
            self._station.outbox.put(Message("meter", transaction, values))
        elif self._station.is_ready:
            await self._station.request(call.MeterValues(connector_id=connector.number, meter_value=[values]))

    async def follow_clock(self) -> None:
        """Clock-aligned readings of all connectors, for as long as the station runs."""
        configuration = self._station.configuration
        while True:
            seconds = configuration.number("ClockAlignedDataInterval")
            pause = seconds - time.time() % seconds if seconds else None
            is_due = await self._station.changes.sleep(pause, unless=partial(self._is_changed, seconds))
            if is_due and self._station.registration.is_accepted:
                for connector in self._station.connectors.values():
                    await self.read(connector, key="MeterValuesAlignedData", context="Sample.Clock")

    def _is_changed(self, seconds: int) -> bool:
        return self._station.configuration.number("ClockAlignedDataInterval") != seconds
