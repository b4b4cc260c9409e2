"""DataTransfer (S 4.3): we know no vendor's extensions, and say so without a data element."""

from typing import Any

from ocpp_consumer.heard import Heard


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Keep what was sent."""
    await heard.write()
    return {"status": "UnknownVendorId"}
