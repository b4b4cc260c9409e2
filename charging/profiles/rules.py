"""Which profiles make sense to a station (OCPP 1.6, 3.13, 5.16, 7.8-7.14), in sentences for the person who asks.

A profile is a `csChargingProfiles` document that its JSON schema allows; limits are rounded before they are sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from charging import abilities, clock
from charging.models import ChargingProfile, Session
from drivepower.core.sentences import sentence
from stations.models import Station

Purpose = ChargingProfile.Purpose
Profile = Mapping[str, Any]
UNITS = {"current": "A", "a": "A", "power": "W", "w": "W"}
ONE_DECIMAL = Decimal("0.1")
RUNNING = (Session.State.ACTIVE, Session.State.STOPPING)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the station says it can do; None where it has not said."""

    units: frozenset[str] | None = None
    most_level: int | None = None
    most_periods: int | None = None


def abilities_of(station: Station) -> Abilities:
    """As its configuration was last read."""
    units, level, periods = (
        "ChargingScheduleAllowedChargingRateUnit",
        "ChargeProfileMaxStackLevel",
        "ChargingScheduleMaxPeriods",
    )
    told = abilities.told(station, units, level, periods)
    named = frozenset(UNITS[word] for one in told.get(units, "").split(",") if (word := one.strip().lower()) in UNITS)
    return Abilities(named or None, abilities.whole(told.get(level)), abilities.whole(told.get(periods)))


def problems(*, number: int, profile: Profile, able: Abilities, is_for_start: bool = False) -> list[str]:
    """What is wrong with a profile for that connector (0: the station); `is_for_start` inside a RemoteStart."""
    parts = (
        _place(number, profile, is_for_start),
        _validity(profile),
        _schedule(profile, able),
        _levels(profile, able),
    )
    return [problem for part in parts for problem in part]


def transaction_problems(*, station: Station, number: int, profile: Profile) -> list[str]:
    """Whether the transaction that a profile names runs at that connector of this station."""
    named = profile.get("transactionId")
    if named is None:
        return []
    running = Session.objects.filter(
        station=station, connector__number=number, ocpp_id=str(named), state__in=RUNNING
    ).exists()
    return [] if running else [f"No transaction {named} runs at connector {number} of this station."]


def rounded(profile: Profile) -> dict[str, Any]:
    """The same profile with every rate to one decimal, half up (7.14); what is no number stays what it is."""
    schedule = dict(profile["chargingSchedule"])
    schedule["chargingSchedulePeriod"] = [
        {**period, "limit": _one_decimal(period["limit"])} for period in schedule["chargingSchedulePeriod"]
    ]
    if "minChargingRate" in schedule:
        schedule["minChargingRate"] = _one_decimal(schedule["minChargingRate"])
    return {**profile, "chargingSchedule": schedule}


def _one_decimal(rate: Any) -> Any:
    try:
        return float(Decimal(str(rate)).quantize(ONE_DECIMAL, ROUND_HALF_UP))
    except InvalidOperation:
        return rate


def _place(number: int, profile: Profile, is_for_start: bool) -> Iterator[str]:
    purpose, has_transaction = profile["chargingProfilePurpose"], profile.get("transactionId") is not None
    if is_for_start and purpose != Purpose.TX:
        yield sentence("A remote start takes a TxProfile only.")
    if purpose == Purpose.CHARGE_POINT_MAX and number != 0:
        yield sentence("A ChargePointMaxProfile belongs to connector 0.")
    if purpose == Purpose.TX and number == 0 and not is_for_start:
        yield sentence("A TxProfile belongs to a connector above 0.")
    if is_for_start and has_transaction:
        yield sentence("A profile in a remote start names no transaction: there is none yet.")
    if not is_for_start and (purpose == Purpose.TX) != has_transaction:
        yield sentence("A TxProfile, and no other, names a running transaction.")


def _validity(profile: Profile) -> Iterator[str]:
    kind, starts_at = profile["chargingProfileKind"], profile["chargingSchedule"].get("startSchedule")
    if (kind == "Recurring") != ("recurrencyKind" in profile):
        yield sentence("A Recurring profile, and no other, has a recurrencyKind.")
    if (kind == "Relative") != (starts_at is None):
        yield sentence("An Absolute or Recurring schedule has a startSchedule, a Relative one has none.")
    first, last = clock.read(profile.get("validFrom")), clock.read(profile.get("validTo"))
    if first and last and first >= last:
        yield sentence("validFrom is not before validTo.")


def _schedule(profile: Profile, able: Abilities) -> Iterator[str]:
    schedule = profile["chargingSchedule"]
    periods, duration = schedule["chargingSchedulePeriod"], schedule.get("duration")
    starts = [period["startPeriod"] for period in periods]
    if not starts or starts[0] != 0:
        yield sentence("The first period starts at 0.")
    if starts != sorted(set(starts)):
        yield sentence("Periods do not ascend.")
    if duration is not None and duration <= max([0, *starts]):
        yield sentence("The duration ends before the last period begins.")
    if any(period["limit"] < 0 for period in periods) or schedule.get("minChargingRate", 0) < 0:
        yield sentence("A rate is below 0.")
    if any(period.get("numberPhases", 3) not in (1, 2, 3) for period in periods):
        yield sentence("numberPhases is 1, 2 or 3.")
    unit = schedule["chargingRateUnit"]
    if able.units is not None and unit not in able.units:
        yield sentence("The station takes no schedules in %(unit)s.", unit=unit)
    if able.most_periods is not None and len(periods) > able.most_periods:
        yield sentence("The station takes at most %(most)s periods.", most=able.most_periods)


def _levels(profile: Profile, able: Abilities) -> Iterator[str]:
    level = profile["stackLevel"]
    if level < 0:
        yield sentence("The stack level is below 0.")
    if able.most_level is not None and level > able.most_level:
        yield sentence("The station's highest stack level is %(most)s.", most=able.most_level)
