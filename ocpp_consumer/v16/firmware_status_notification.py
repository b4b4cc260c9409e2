"""FirmwareStatusNotification (S 4.5): how an update goes; 1.6 does not say which."""

from typing import Any

from ocpp_consumer.heard import Heard


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Keep what was sent."""
    await heard.write()
    return {}
