"""StartTransaction (S 4.8): always a positive id, the same for the same Start, whatever happens to us."""

from functools import partial
from typing import Any

from charging import clock, lifecycle, reservations, review
from charging.attribution import LATE, Attribution
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import Unavailable
from ocpp_consumer.v16 import measured, stops, strangers
from ocpp_consumer.v16.telling import Told, tell
from ocpp_consumer.v16.words import connector_number, effective_time, tag_info, whole, word
from stations.models import Connector


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Begin a session; if that breaks, the least of one is made, and a person looks at it."""
    conversation = heard.conversation
    ways = (partial(_record, heard, payload, verb) for verb in (lifecycle.begin, lifecycle.repair))
    told = await conversation.gateway.database.run(tell, heard, *ways)
    if told is None:
        raise Unavailable  # no id to answer with: the station keeps its Start and sends it again
    await _attribute(heard, payload, told)
    if told.answer["idTagInfo"]["status"] == "Invalid":
        strangers.note_refused(conversation, tag=word(payload, "idTag"))
    conversation.gateway.note_change("sessions")
    return told.answer


async def _attribute(heard: Heard, payload: dict[str, Any], told: Told) -> None:
    """Know the session for its readings, and give it those that came before it; a late one looks for its Stop too."""
    conversation, number = heard.conversation, connector_number(payload) or 0
    began = effective_time(payload, received_at=heard.received_at)
    if heard.received_at - began >= LATE:  # its readings are asked about by their times, its own at its Stop
        conversation.follow_up(stops.retry, at=heard.received_at, station_id=conversation.station_id)
        return
    session = Attribution(told.session_key, whole(payload, "meterStart") or 0, number, began)
    conversation.transactions[str(told.answer["transactionId"])] = session
    if number not in conversation.attributed:
        await conversation.gateway.journal.write(measured.claim(heard, session, until=heard.received_at))
        conversation.attributed.add(number)


def _record(heard: Heard, payload: dict[str, Any], verb: Any) -> Told:
    station = heard.conversation.named_station()
    meter_start_wh = whole(payload, "meterStart")
    began = verb(
        station=station,
        connector=Connector(station=station, number=connector_number(payload) or 0),
        tag=word(payload, "idTag"),
        started_at=effective_time(payload, received_at=heard.received_at),
        timestamp=clock.read(payload.get("timestamp")),
        meter_start_wh=meter_start_wh or 0,
        received_at=heard.received_at,
    )
    if meter_start_wh is None:
        review.note(began.session, review.ODD_METER)
    reservations.use(session=began.session, reservation_id=whole(payload, "reservationId"), at=heard.received_at)
    answer = {
        "transactionId": int(began.session.ocpp_id),
        "idTagInfo": tag_info(began.status, expiry=began.expiry, parent=began.parent),
    }
    return Told(answer, began.session.pk)
