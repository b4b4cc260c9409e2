"""StatusNotification (S 4.9): how a connector is; 0 is the station itself. No transaction begins or ends by it."""

from typing import Any

from charging import reservations
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import facts
from ocpp_consumer.masking import mask_text
from ocpp_consumer.v16.words import connector_number, effective_time, word
from stations import registry
from stations.models import Station


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Note the status; a connector that is named for the first time is made afterwards."""
    conversation, number = heard.conversation, connector_number(payload)
    if number is None:
        await heard.write(error="no such connector")
        return {}
    status = facts.Status(
        station_id=conversation.station_id,
        number=number,
        status=word(payload, "status", 40),
        error_code=word(payload, "errorCode", 50),
        info=mask_text(word(payload, "info")),
        vendor_id=word(payload, "vendorId"),
        vendor_error_code=word(payload, "vendorErrorCode"),
        effective_at=effective_time(payload, received_at=heard.received_at),
        received_at=heard.received_at,
    )
    await heard.write(status)
    if number not in conversation.connectors:
        conversation.follow_up(
            _make_connector, station_id=conversation.station_id, number=number, known=conversation.connectors
        )
    if (status.status == reservations.RESERVED) != (number in conversation.reserved):
        conversation.reserved ^= {number}
        _tell_reservations(heard, status)
    return {}


def _tell_reservations(heard: Heard, status: facts.Status) -> None:
    """A connector is reserved from now on, or no longer; the sweep sees what is missed here."""
    heard.conversation.follow_up(
        reservations.note_status,
        station_id=status.station_id,
        number=status.number,
        status=status.status,
        at=status.effective_at,
    )


def _make_connector(*, station_id: int, number: int, known: set[int]) -> None:
    registry.ensure_connector(station=Station(pk=station_id), number=number)
    known.add(number)
