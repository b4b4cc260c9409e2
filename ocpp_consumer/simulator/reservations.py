"""Places kept for a card until a moment (S 5.13, 5.1)."""

from typing import TYPE_CHECKING

from .clock import now
from .connector import Connector, Reservation

if TYPE_CHECKING:
    from .station import Station


class Reservations:
    """At most one reservation per connector; those of connector 0 keep any one connector free."""

    def __init__(self, station: "Station") -> None:
        self._station = station
        self._of_any: dict[int, Reservation] = {}

    def reserve(self, reservation: Reservation) -> str:
        """Answers the ReservationStatus; the same id replaces, an expired one is refused."""
        if reservation.expires_at <= now():
            return "Rejected"
        if reservation.connector_id not in (0, *self._station.connectors):
            return "Rejected"
        refusal = self._refusal(reservation)
        if refusal:
            return refusal
        self.drop(reservation.id)
        if reservation.connector_id == 0:
            self._of_any[reservation.id] = reservation
        else:
            self._station.connectors[reservation.connector_id].reservation = reservation
        self._station.tasks.spawn(self._expire(reservation), name="reservation")
        return "Accepted"

    def drop(self, reservation_id: int) -> bool:
        """Ends a reservation; says whether there was one."""
        if self._of_any.pop(reservation_id, None) is not None:
            return True
        for connector in self._station.connectors.values():
            if connector.reservation is not None and connector.reservation.id == reservation_id:
                connector.reservation = None
                return True
        return False

    def admits(self, connector: Connector, id_tag: str, parent_id_tag: str | None) -> tuple[bool, int | None]:
        """Whether a card may use a connector, and the id of the reservation that it uses up."""
        own = connector.reservation
        if own is not None:
            return own.admits(id_tag, parent_id_tag), own.id
        for reservation in self._of_any.values():
            if reservation.admits(id_tag, parent_id_tag):
                return True, reservation.id
        return not self._of_any or len(self._free()) > len(self._of_any), None

    def _free(self) -> list[Connector]:
        return [c for c in self._station.connectors.values() if c.status in ("Available", "Preparing")]

    def _refusal(self, reservation: Reservation) -> str:
        """The status of a connector that cannot be kept; "" when it can."""
        if reservation.connector_id == 0:
            others = [r for r in self._of_any if r != reservation.id]
            return "" if len([c for c in self._free() if c.battery is None]) > len(others) else "Occupied"
        connector = self._station.connectors[reservation.connector_id]
        if connector.reservation is not None:
            return "" if connector.reservation.id == reservation.id else "Occupied"
        if connector.status == "Available":
            return ""
        return connector.status if connector.status in ("Faulted", "Unavailable") else "Occupied"

    async def _expire(self, reservation: Reservation) -> None:
        seconds = (reservation.expires_at - now()).total_seconds()
        await self._station.changes.sleep(seconds, unless=lambda: not self._is_kept(reservation))
        if self._is_kept(reservation):
            self.drop(reservation.id)
            self._station.say(f"reservation {reservation.id} has expired")
            self._station.statuses.look()

    def _is_kept(self, reservation: Reservation) -> bool:
        kept = [*self._of_any.values(), *(c.reservation for c in self._station.connectors.values())]
        return any(other is reservation for other in kept)
