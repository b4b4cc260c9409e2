"""FirmwareStatusNotification (S 4.5): how an update goes; 1.6 does not say which."""

from functools import partial
from typing import Any

from ocpp_consumer.heard import Heard
from ocpp_consumer.v16.telling import Told, tell
from ocpp_consumer.v16.words import word
from stations import files


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Let the station's newest update go on; whatever comes of that, the word is kept and answered."""
    await heard.conversation.gateway.database.run(tell, heard, partial(_note, heard, payload))
    return {}


def _note(heard: Heard, payload: dict[str, Any]) -> Told:
    files.note_firmware_status(
        station_id=heard.conversation.station_id, status=word(payload, "status", 40), at=heard.received_at
    )
    return Told({})
