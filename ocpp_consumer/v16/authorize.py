"""Authorize (S 4.1): may this tag charge here?"""

from typing import Any

from charging import authorization
from ocpp_consumer.heard import Heard
from ocpp_consumer.v16 import strangers
from ocpp_consumer.v16.words import tag_info, word


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Ask the one place that answers for tags; nothing changes by it, so the frame needs no transaction of its own."""
    conversation, tag = heard.conversation, word(payload, "idTag")
    verdict = await conversation.gateway.database.run(
        authorization.authorize, tag=tag, station=conversation.named_station(), at=heard.received_at
    )
    await heard.write()
    if verdict.status == "Invalid":
        strangers.note_refused(conversation, tag=tag)
    return {"idTagInfo": tag_info(verdict.status, expiry=verdict.expiry, parent=verdict.parent)}
