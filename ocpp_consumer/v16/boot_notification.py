"""BootNotification (S 4.2): who the station is, and whether it may work."""

import json
from typing import Any

from django.conf import settings
from django.utils import timezone

from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import facts
from ocpp_consumer.v16.words import word, zulu
from stations import registry
from stations.models import Station

FIELDS = (
    "chargePointVendor",
    "chargePointModel",
    "chargePointSerialNumber",
    "chargeBoxSerialNumber",
    "firmwareVersion",
    "iccid",
    "imsi",
    "meterType",
    "meterSerialNumber",
)
STATUSES = {
    Station.Registration.ACCEPTED: "Accepted",
    Station.Registration.PENDING: "Pending",
    Station.Registration.REJECTED: "Rejected",
}
# How soon a station that may not work yet asks again.
ASK_AGAIN_SECONDS = 60


async def hear(heard: Heard, payload: dict[str, Any]) -> dict[str, Any]:
    """Note the boot; what it says of the hardware is copied afterwards, out of the answer's way."""
    conversation = heard.conversation
    boot = {name: said for name in FIELDS if (said := word(payload, name))}
    seen = facts.Seen(
        conversation.station_id, heard.received_at, booted_at=heard.received_at, boot=json.dumps(boot), boots=1
    )
    await heard.write(seen)
    fields = {
        "vendor": boot.get("chargePointVendor", ""),
        "model": boot.get("chargePointModel", ""),
        "serial": boot.get("chargePointSerialNumber") or boot.get("chargeBoxSerialNumber", ""),
        "firmware": boot.get("firmwareVersion", ""),
    }
    conversation.follow_up(registry.copy_boot, station_id=conversation.station_id, fields=fields)
    status = STATUSES[Station.Registration(conversation.registration)]
    heartbeat = conversation.heartbeat_interval or settings.OCPP_HEARTBEAT_INTERVAL
    return {
        "status": status,
        "currentTime": zulu(timezone.now()),
        "interval": heartbeat if status == "Accepted" else ASK_AGAIN_SECONDS,
    }
