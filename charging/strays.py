"""What a station said of a transaction that we cannot find: kept, never thrown away."""

import json
from datetime import datetime
from typing import Any

from charging.models import StrayMessage
from drivepower.core.texts import storable
from stations.models import Station


def keep(*, station: Station, action: str, payload: Any, received_at: datetime, tried: str) -> StrayMessage:
    """Keep a message that found no session, with what was tried to find one."""
    return StrayMessage.objects.create(
        station=station,
        action=storable(action)[:40],
        payload=_as_json(payload),
        received_at=received_at,
        tried=storable(tried)[:200],
    )


def _as_json(payload: Any) -> Any:
    """The payload as `jsonb` takes it; with NaN or an infinity in it, which that refuses, as text."""
    cleaned = storable(payload)
    try:
        json.dumps(cleaned, allow_nan=False)
    except ValueError:
        return {"text": json.dumps(cleaned)}
    return cleaned
