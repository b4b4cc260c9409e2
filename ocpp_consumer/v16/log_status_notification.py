"""LogStatusNotification (W 5.10): how the upload of a log goes; without a requestId it is idle, or sloppy."""

from functools import partial
from typing import Any

from ocpp_consumer.heard import Heard
from ocpp_consumer.v16.telling import Told, tell
from ocpp_consumer.v16.words import whole, word
from stations import files


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Let the upload that is named go on; whatever comes of that, the word is kept and answered."""
    await heard.conversation.gateway.database.run(tell, heard, partial(_note, heard, payload))
    return {}


def _note(heard: Heard, payload: dict[str, Any]) -> Told:
    files.note_diagnostics_status(
        station_id=heard.conversation.station_id,
        status=word(payload, "status", 40),
        log=True,
        job_id=whole(payload, "requestId"),
        at=heard.received_at,
    )
    return Told({})
