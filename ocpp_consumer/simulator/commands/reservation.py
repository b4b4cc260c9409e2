"""Reservations from the central system (S 5.1, 5.13)."""

from ocpp.v16 import call_result
from ocpp.v16.enums import Action

from ocpp_consumer.simulator.clock import parse_time
from ocpp_consumer.simulator.connector import Reservation

from .base import Handlers, answers


class ReservationCommands(Handlers):
    """Places kept for drivers."""

    @answers(Action.reserve_now)
    def reserve_now(
        self,
        connector_id: int,
        expiry_date: str,
        id_tag: str,
        reservation_id: int,
        parent_id_tag: str | None = None,
    ) -> call_result.ReserveNow:
        """Keeps a connector, or any of them (0), until the expiry date."""
        expires_at = parse_time(expiry_date)
        if expires_at is None:
            return call_result.ReserveNow(status="Rejected")
        reservation = Reservation(reservation_id, connector_id, id_tag, parent_id_tag, expires_at)
        status = self.station.reservations.reserve(reservation)
        self.afterwards("reservation", self._look_again)
        return call_result.ReserveNow(status=status)

    @answers(Action.cancel_reservation)
    def cancel_reservation(self, reservation_id: int) -> call_result.CancelReservation:
        """Accepted when there was such a reservation."""
        was_kept = self.station.reservations.drop(reservation_id)
        self.afterwards("reservation", self._look_again)
        return call_result.CancelReservation(status="Accepted" if was_kept else "Rejected")

    async def _look_again(self) -> None:
        self.station.statuses.look()
