"""DataTransfer (S 4.3): kept with its frame whoever sends it, accepted only where an operator has asked for it."""

from typing import Any

from django.conf import settings

from ocpp_consumer.heard import Heard
from ocpp_consumer.v16 import vendors
from ocpp_consumer.v16.words import word


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Keep what was sent; a refusal carries no data element."""
    status = vendors.verdict(
        vendor=word(payload, "vendorId"), message=word(payload, "messageId"), kept=settings.OCPP_DATA_KEPT
    )
    await heard.write()
    return {"status": status}
