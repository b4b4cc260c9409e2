"""Authorize (S 4.1): may this tag charge here?"""

from functools import partial
from typing import Any

from charging import authorization
from ocpp_consumer.heard import Heard
from ocpp_consumer.v16 import strangers
from ocpp_consumer.v16.telling import Told, tell
from ocpp_consumer.v16.words import tag_info, word
from stations.models import Station


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any] | None:
    """Ask the one place that answers for tags."""
    tag = word(payload, "idTag")
    told = await heard.conversation.gateway.database.run(tell, heard, partial(_judge, heard, tag=tag))
    if told and told.answer["idTagInfo"]["status"] == "Invalid":
        strangers.note_refused(heard.conversation, tag=tag)
    return told.answer if told else None


def _judge(heard: Heard, *, tag: str) -> Told:
    station = Station.objects.get(pk=heard.conversation.station_id)
    verdict = authorization.authorize(tag=tag, station=station, at=heard.received_at)
    return Told({"idTagInfo": tag_info(verdict.status, expiry=verdict.expiry, parent=verdict.parent)})
