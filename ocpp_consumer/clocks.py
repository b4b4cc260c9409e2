"""How far stations' clocks are from ours, by the times in what they send."""

import json
from datetime import datetime, timedelta
from typing import Any

from charging import clock
from ocpp_consumer.models import Frame
from stations.models import Station

TIMED = ("StatusNotification", "MeterValues", "StartTransaction", "StopTransaction")
LOOKED_AT = 20


def behind(*, station: Station, since: datetime) -> timedelta | None:
    """How far the station's clock is behind ours, the best of its newest frames; None where none said a time.

    The best, because what was kept while there was no network comes late and says when it happened.
    """
    said = Frame.objects.filter(station=station, received_at__gte=since, direction=Frame.Direction.IN, action__in=TIMED)
    frames = said.order_by("-received_at", "-id").values_list("received_at", "text")[:LOOKED_AT]
    moments = [(received_at, moment) for received_at, text in frames if (moment := time_in(text)) is not None]
    return min((received_at - moment for received_at, moment in moments), key=abs, default=None)


def time_in(text: str) -> datetime | None:
    """The time that a CALL says, as the station wrote it."""
    try:
        payload: Any = json.loads(text)[3]
        timed = payload["meterValue"][-1] if "meterValue" in payload else payload
        return clock.read(timed.get("timestamp"))
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
