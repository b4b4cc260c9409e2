"""Charging profiles and schedules in words."""

from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from charging.metering import number_of
from ocpp_consumer.v16.decoded.parts import (
    Payload,
    Said,
    connector,
    entries,
    entry,
    figure,
    labelled,
    moment,
    seconds,
    status,
    text,
    texts,
    transaction,
)

MOST_LIMITS = 6


def set_profile(said: Payload, zone: ZoneInfo) -> list[str]:
    """Where, what for, and how much may flow."""
    profile = entry(said, "csChargingProfiles")
    purpose = texts(profile, "chargingProfilePurpose")
    return [connector(said), *purpose, *schedule(entry(profile, "chargingSchedule"), zone), transaction(profile)]


def schedule(said: Payload, zone: ZoneInfo) -> list[str]:
    """Its limits in their order; of many the first ones and the last."""
    unit = text(said, "chargingRateUnit")
    told = [found for one in entries(said, "chargingSchedulePeriod") if (found := limit(one, unit))]
    if len(told) > MOST_LIMITS:
        told = [*told[: MOST_LIMITS - 2], "…", told[-1]]
    return [" → ".join(told), moment(said, "startSchedule", zone), seconds(said, "duration")]


def limit(period: Payload, unit: str) -> str:
    """How much may flow in a period."""
    value = number_of(period.get("limit"))
    return "" if value is None else f"{figure(Decimal(value), 1)} {unit}".strip()


def clear(said: Payload, zone: ZoneInfo) -> list[str]:
    """Which of them."""
    told = [*labelled(said, id=_("profile"), stackLevel=_("level")), *texts(said, "chargingProfilePurpose")]
    return [*told, connector(said)]


def composite(said: Payload, zone: ZoneInfo) -> list[str]:
    """Where, and for how long."""
    return [connector(said), seconds(said, "duration"), *texts(said, "chargingRateUnit")]


def composed(said: Payload, zone: ZoneInfo) -> list[str]:
    """What holds now."""
    return [*status(said, zone), connector(said), *schedule(entry(said, "chargingSchedule"), zone)]


CALLS: Mapping[str, Said] = {
    "ClearChargingProfile": clear,
    "GetCompositeSchedule": composite,
    "SetChargingProfile": set_profile,
}
ANSWERS: Mapping[str, Said] = {
    "ClearChargingProfile": status,
    "GetCompositeSchedule": composed,
    "SetChargingProfile": status,
}
