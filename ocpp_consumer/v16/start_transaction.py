"""StartTransaction (S 4.8): always a positive id, the same for the same Start, whatever happens to us."""

from functools import partial
from typing import Any

from charging import clock, lifecycle
from charging.attribution import Attribution
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import Unavailable
from ocpp_consumer.v16.telling import Told, tell
from ocpp_consumer.v16.words import connector_number, effective_time, tag_info, whole, word
from stations import registry
from stations.models import Station


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Begin a session; if that breaks, the least of one is made, and a person looks at it."""
    conversation = heard.conversation
    ways = (partial(_record, heard, payload, verb) for verb in (lifecycle.begin, lifecycle.repair))
    told = await conversation.gateway.database.run(tell, heard, *ways)
    if told is None:
        raise Unavailable  # no id to answer with: the station keeps its Start and sends it again
    meter_start_wh = whole(payload, "meterStart") or 0
    conversation.transactions[str(told.answer["transactionId"])] = Attribution(told.session_key, meter_start_wh)
    conversation.gateway.note_change("sessions")
    return told.answer


def _record(heard: Heard, payload: dict[str, Any], verb: Any) -> Told:
    station = Station.objects.get(pk=heard.conversation.station_id)
    began = verb(
        station=station,
        connector=registry.ensure_connector(station=station, number=connector_number(payload) or 0),
        tag=word(payload, "idTag"),
        started_at=effective_time(payload, received_at=heard.received_at),
        timestamp=clock.read(payload.get("timestamp")),
        meter_start_wh=whole(payload, "meterStart") or 0,
        received_at=heard.received_at,
    )
    answer = {
        "transactionId": int(began.session.ocpp_id),
        "idTagInfo": tag_info(began.status, expiry=began.expiry, parent=began.parent),
    }
    return Told(answer, began.session.pk)
