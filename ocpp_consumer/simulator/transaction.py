"""A charging transaction as its station remembers it, and the two messages that frame it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ocpp.v16 import call

from .clock import stamp

UNKNOWN_ID = -1  # the id of a transaction whose start was never answered (E 3.18)


@dataclass
class Transaction:
    """The station's own record. Energy in Wh; `meter_stop` is the exact register at the stop.

    `id` is the central system's, None until it has answered the start. `registers` are the registers of the
    samples taken, in order. `is_delivered` tells that the central system has answered the stop.
    """

    connector_id: int
    id_tag: str
    meter_start: int
    started_at: datetime
    reservation_id: int | None = None
    id: int | None = None
    id_status: str = ""
    is_start_lost: bool = False
    meter_stop: int | None = None
    stopped_at: datetime | None = None
    reason: str = ""
    stop_id_tag: str | None = None
    is_delivered: bool = False
    registers: list[int] = field(default_factory=list)
    begin_values: dict[str, Any] = field(default_factory=dict)
    end_values: dict[str, Any] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether it has not been stopped yet."""
        return self.stopped_at is None

    @property
    def is_start_settled(self) -> bool:
        """Whether the central system has answered the start, or it was given up."""
        return self.id is not None or self.is_start_lost

    @property
    def energy_wh(self) -> int:
        """Wh from start to stop; while it runs, up to the last sample."""
        last = self.registers[-1] if self.registers else self.meter_start
        return (last if self.meter_stop is None else self.meter_stop) - self.meter_start

    @property
    def wire_id(self) -> int:
        """The id that later messages carry."""
        return UNKNOWN_ID if self.id is None else self.id

    def start_request(self) -> call.StartTransaction:
        """StartTransaction.req: the same content at every attempt (S 4.8)."""
        return call.StartTransaction(
            connector_id=self.connector_id,
            id_tag=self.id_tag,
            meter_start=self.meter_start,
            timestamp=stamp(self.started_at),
            reservation_id=self.reservation_id,
        )

    def stop_request(self) -> call.StopTransaction:
        """StopTransaction.req with the first and the last reading (S 4.10)."""
        if self.stopped_at is None or self.meter_stop is None:
            raise ValueError("the transaction still runs")
        return call.StopTransaction(
            meter_stop=self.meter_stop,
            timestamp=stamp(self.stopped_at),
            transaction_id=self.wire_id,
            reason=self.reason,
            id_tag=self.stop_id_tag,
            transaction_data=[values for values in (self.begin_values, self.end_values) if values] or None,
        )
