"""SecurityEventNotification (W 5.14): queued ones come late and keep their own time."""

from functools import partial
from typing import Any

from ocpp_consumer.heard import Heard
from ocpp_consumer.masking import mask_words
from ocpp_consumer.v16.telling import Told, tell
from ocpp_consumer.v16.words import effective_time, word
from stations import security
from stations.models import SecurityEvent

UNNAMED = "unnamed"
# Read in full before it is masked and cut: a secret that is cut in two is still half a secret.
LONGEST_READ = 4000


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Keep the event; a frame with an odd one is kept and acknowledged all the same."""
    await heard.conversation.gateway.database.run(tell, heard, partial(_note, heard, payload))
    return {}


def _note(heard: Heard, payload: dict[str, Any]) -> Told:
    security.note_event(
        station_id=heard.conversation.station_id,
        source=SecurityEvent.Source.STATION,
        type=mask_words(word(payload, "type")) or UNNAMED,
        detail=mask_words(word(payload, "techInfo", LONGEST_READ)),
        happened_at=effective_time(payload, received_at=heard.received_at),
        received_at=heard.received_at,
    )
    return Told({})
