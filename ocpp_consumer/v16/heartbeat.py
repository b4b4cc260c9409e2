"""Heartbeat (S 4.6): the station lives, and wants to know the time."""

from typing import Any

from django.utils import timezone

from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import facts
from ocpp_consumer.v16.words import zulu


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Note it and tell the time."""
    at = heard.received_at
    await heard.write(facts.Seen(heard.conversation.station_id, at, last_heartbeat_at=at))
    return {"currentTime": zulu(timezone.now())}
