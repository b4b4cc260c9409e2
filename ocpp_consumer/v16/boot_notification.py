"""BootNotification (S 4.2): who the station is, and whether it may work. Nothing that charges ends by it (S 5.14)."""

import json
from typing import Any

from django.conf import settings
from django.utils import timezone

from ocpp_consumer import onboarding
from ocpp_consumer.conversation import Conversation
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import facts
from ocpp_consumer.spread import spread
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
    boot = {name: text for name in FIELDS if (text := word(payload, name))}
    seen = facts.Seen(
        conversation.station_id, heard.received_at, booted_at=heard.received_at, boot=json.dumps(boot), boots=1
    )
    await heard.write(seen)
    hardware = {
        "vendor": boot.get("chargePointVendor", ""),
        "model": boot.get("chargePointModel", ""),
        "serial": boot.get("chargePointSerialNumber") or boot.get("chargeBoxSerialNumber", ""),
        "firmware": boot.get("firmwareVersion", ""),
    }
    conversation.quirks = await conversation.gateway.quirks_of(conversation.station_id, **hardware)
    await _look_again(conversation)
    status = STATUSES[Station.Registration(conversation.registration)]
    is_new = status == "Pending" or settings.OCPP_AUTO_PROVISION
    said = {name: value for name, value in hardware.items() if value}
    if is_new or not said.items() <= conversation.hardware.items():
        about = {"hardware": hardware, "known": conversation.hardware}
        conversation.follow_up(_follow, station_id=conversation.station_id, is_new=is_new, **about)
    usual = spread(settings.OCPP_HEARTBEAT_INTERVAL, seed=conversation.code)
    heartbeat = conversation.heartbeat_interval or usual
    return {
        "status": status,
        "currentTime": zulu(timezone.now()),
        "interval": heartbeat if status == "Accepted" else spread(ASK_AGAIN_SECONDS, seed=conversation.code),
    }


async def _look_again(conversation: Conversation) -> None:
    """A station that was not accepted may be by now: it boots because we have told it to."""
    if conversation.registration != Station.Registration.ACCEPTED:
        registration = Station.objects.filter(pk=conversation.station_id).values_list("registration", flat=True)
        conversation.registration = await conversation.gateway.database.run(registration.get)


def _follow(*, station_id: int, hardware: dict[str, str], known: dict[str, str], is_new: bool) -> None:
    registry.copy_boot(station_id=station_id, fields=hardware)
    known.update({name: value for name, value in hardware.items() if value})
    if is_new:
        onboarding.go_on(station_id=station_id, at=timezone.now())
