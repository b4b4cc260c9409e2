"""What a check asks; its commands share a subject and the moment at which they were asked."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from ocpp_consumer.v16 import door
from ocpp_consumer.v16.requests.trigger_message import sign_of
from stations import commands, configuration
from stations.models import Command, Station

# A station takes one request after the other; who has said nothing by then is not there.
PATIENCE = timedelta(seconds=45)
# The keys without which charging, billing or recovery goes wrong.
KEYS = [
    "NumberOfConnectors",
    "HeartbeatInterval",
    "WebSocketPingInterval",
    "MeterValueSampleInterval",
    "MeterValuesSampledData",
    "ClockAlignedDataInterval",
    "ConnectionTimeOut",
    "AuthorizeRemoteTxRequests",
    "TransactionMessageAttempts",
    "TransactionMessageRetryInterval",
    "SupportedFeatureProfiles",
]
# So many connectors are asked for, whatever a station claims to have.
MOST_CONNECTORS = 20


def subject_of(station: Station) -> str:
    """What the commands of its checks are for."""
    return f"check:{station.pk}"


def begin(*, station: Station, asked_by: str, at: datetime) -> int:
    """Ask everything at once; answers the key of the first command, by which the check is known.

    Raises Refusal station_offline, station_not_accepted, too_many_commands.
    """
    station = Station.objects.select_related("gateway", "location").get(pk=station.pk)
    door.refuse_unreachable(station, "TriggerMessage", at=at)
    numbers = sorted(station.connectors.filter(number__gt=0).values_list("number", flat=True))[:MOST_CONNECTORS]
    most = configuration.most_keys(station) or len(KEYS)
    with transaction.atomic():
        first = trigger(station, "Heartbeat", None, asked_by=asked_by, at=at)
        wanted: list[int | None] = [*numbers] or [None]
        for number in wanted:
            trigger(station, "StatusNotification", number, asked_by=asked_by, at=at)
        trigger(station, "MeterValues", wanted[0], asked_by=asked_by, at=at)
        for begun in range(0, len(KEYS), most):
            keys = {"key": KEYS[begun : begun + most]}
            ask(station, "GetConfiguration", keys, awaits="", asked_by=asked_by, at=at)
    return first.pk


def trigger(station: Station, message: str, number: int | None, *, asked_by: str, at: datetime) -> Command:
    """Have the station say something; its effect is that it does."""
    payload = {"requestedMessage": message} | ({} if number is None else {"connectorId": number})
    return ask(station, "TriggerMessage", payload, awaits=sign_of(message, number), asked_by=asked_by, at=at)


def ask(station: Station, intent: str, payload: dict[str, Any], *, awaits: str, asked_by: str, at: datetime) -> Command:
    """One command of the check."""
    return commands.send(
        station=station,
        intent=intent,
        payload=payload,
        subject=subject_of(station),
        awaits=awaits,
        asked_by=asked_by,
        expires_at=at + PATIENCE,
        at=at,
    )


def last_of(station: Station) -> int | None:
    """The newest check of the station, if there was one."""
    known = Command.objects.filter(subject=subject_of(station)).order_by("-asked_at", "id")
    return known.values_list("pk", flat=True).first()
