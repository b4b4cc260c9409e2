"""Charging profiles on the wire (TC_056, 057, 059, 066, 067), and what is refused before it is sent."""

from typing import Any

import pytest
from django.utils import timezone

from charging import profiles
from charging.models import ChargingProfile
from charging.profiles import Criteria
from ocpp_consumer.tests.asking.exchange import exchange, hear
from ocpp_consumer.tests.asking.world import connectors, fail, problems, refused, through_door
from ocpp_consumer.tests.server import Talk, eventually, in_db, now
from stations.models import Command, ConfigurationKey, Station

State = ChargingProfile.State


def profile(id: int = 5, *, purpose: str = "TxDefaultProfile", level: int = 1, **fields: Any) -> dict[str, Any]:
    """A profile of one period."""
    schedule = {
        "duration": 3600,
        "startSchedule": "2026-03-02T00:00:00Z",
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0, "numberPhases": 3}],
    }
    return {
        "chargingProfileId": id,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Absolute",
        "validFrom": "2026-03-02T00:00:00Z",
        "validTo": "2036-03-02T00:00:00Z",
        "chargingSchedule": schedule,
    } | fields


def relative(**fields: Any) -> dict[str, Any]:
    """A profile for a remote start."""
    made = profile(purpose="TxProfile", chargingProfileKind="Relative", **fields)
    del made["chargingSchedule"]["startSchedule"]
    return made


def at(number: int, made: dict[str, Any]) -> dict[str, Any]:
    """A SetChargingProfile."""
    return {"connectorId": number, "csChargingProfiles": made}


async def in_force(talk: Talk, station: Station, number: int, made: dict[str, Any]) -> None:
    """The station accepts a profile."""
    asked = await exchange(talk, station, "SetChargingProfile", at(number, made))
    assert asked.payload == at(number, made)
    await asked.answer({"status": "Accepted"})


async def states() -> dict[int, str]:
    """How each profile stands, by its id at the station."""
    return dict(await in_db(lambda: list(ChargingProfile.objects.values_list("profile_id", "state")))())


async def transaction(talk: Talk) -> int:
    """A car charges at connector 1."""
    start = {"connectorId": 1, "idTag": "X", "meterStart": 0, "timestamp": now()}
    number: int = (await talk.ask("StartTransaction", start))["transactionId"]
    return number


async def test_tc_056_a_default_profile_is_mirrored(talk: Talk, station: Station) -> None:
    await in_force(talk, station, 1, profile())
    row = await in_db(ChargingProfile.objects.get)()
    assert (row.state, row.number, row.purpose, row.stack_level) == (State.APPLIED, 1, "TxDefaultProfile", 1)
    assert (row.profile_id, row.document, row.answer) == (5, profile(), "Accepted")


async def test_tc_057_a_profile_of_a_transaction_ends_with_it(talk: Talk, station: Station) -> None:
    number = await transaction(talk)
    await in_force(talk, station, 1, profile(purpose="TxProfile", transactionId=number))
    assert (await in_db(ChargingProfile.objects.get)()).session_id == number
    await talk.ask("StopTransaction", {"transactionId": number, "meterStop": 1, "timestamp": now()})
    assert await in_db(profiles.sweep)(at=timezone.now()) == 1
    assert await states() == {5: State.ENDED}


async def test_tc_059_a_profile_comes_with_a_remote_start(talk: Talk, station: Station) -> None:
    payload = {"connectorId": 1, "idTag": "X", "chargingProfile": relative()}
    asked = await exchange(talk, station, "RemoteStartTransaction", payload)
    assert asked.payload == payload
    await asked.answer({"status": "Accepted"})
    row = await in_db(ChargingProfile.objects.get)()
    assert (row.state, row.number, row.purpose) == (State.APPLIED, 1, "TxProfile")


async def test_tc_066_a_composite_schedule_is_kept_as_it_came(talk: Talk, station: Station) -> None:
    payload = {"connectorId": 1, "duration": 300, "chargingRateUnit": "W"}
    odd = {
        "status": "Accepted",
        "connectorId": 1,
        "scheduleStart": "yesterday",
        "chargingSchedule": {
            "duration": 10**12,
            "chargingRateUnit": "W",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.15}, {}],
        },
    }
    assert (await (await exchange(talk, station, "GetCompositeSchedule", payload)).answer(odd)).answer == odd
    rejected = await exchange(talk, station, "GetCompositeSchedule", {"connectorId": 0, "duration": 300})
    assert (await rejected.answer({"status": "Rejected"})).state == Command.State.REJECTED


async def test_tc_067_profiles_are_cleared(talk: Talk, station: Station) -> None:
    number = await transaction(talk)
    await in_force(talk, station, 0, profile(1, purpose="ChargePointMaxProfile"))
    await in_force(talk, station, 1, profile(2, level=3))
    await in_force(talk, station, 1, profile(3, purpose="TxProfile", transactionId=number))
    criteria = {"connectorId": 1, "chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 3}
    found = []
    for payload, word in (({"id": 1}, "Accepted"), (criteria, "Unknown"), ({}, "Accepted")):
        await (await exchange(talk, station, "ClearChargingProfile", payload)).answer({"status": word})
        found.append(sorted(key for key, state in (await states()).items() if state == State.APPLIED))
    assert found == [[2, 3], [3], []]
    assert set((await states()).values()) == {State.CLEARED}


async def test_the_same_id_or_the_same_place_replaces(talk: Talk, station: Station) -> None:
    await in_force(talk, station, 1, profile(1))
    await in_force(talk, station, 2, profile(1, level=2))
    await in_force(talk, station, 2, profile(2, level=2))
    rows = await in_db(lambda: list(ChargingProfile.objects.order_by("pk").values_list("state", flat=True)))()
    assert rows == [State.REPLACED, State.REPLACED, State.APPLIED]


@pytest.mark.parametrize("code", ["NotSupported", "Rejected"])
async def test_it_notes_that_the_station_refuses(talk: Talk, station: Station, code: str) -> None:
    if code == "NotSupported":
        await through_door(station, "SetChargingProfile", at(1, profile()))
        await fail(talk, code)
    else:
        await (await exchange(talk, station, "SetChargingProfile", at(1, profile()))).answer({"status": code})
    row = await eventually(ChargingProfile.objects.filter(state=State.REFUSED).first, "it is refused")
    assert row.answer == code


async def test_rates_go_out_with_one_decimal(talk: Talk, station: Station) -> None:
    made = profile()
    made["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] = 10.55
    asked = await exchange(talk, station, "SetChargingProfile", at(1, made))
    assert asked.payload["csChargingProfiles"]["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] == 10.6


@pytest.mark.parametrize(
    ("number", "made", "problem"),
    [
        (1, profile(purpose="ChargePointMaxProfile"), "belongs to connector 0"),
        (0, profile(purpose="TxProfile", transactionId=1), "belongs to a connector above 0"),
        (1, profile(purpose="TxProfile"), "names a running transaction"),
        (1, profile(purpose="TxProfile", transactionId=99), "No transaction 99 runs"),
        (7, profile(), "has no connector 7"),
        (1, profile(level=9), "highest stack level is 8"),
        (1, relative(chargingProfilePurpose="TxDefaultProfile", recurrencyKind="Daily"), "recurrencyKind"),
    ],
)
async def test_dp_a_profile_that_breaks_a_rule_goes_out_only_by_force(
    talk: Talk, station: Station, number: int, made: dict[str, Any], problem: str
) -> None:
    await connectors(station, 1, 2)
    level = {"key": "ChargeProfileMaxStackLevel", "value": "8", "read_at": timezone.now()}
    await in_db(ConfigurationKey.objects.create)(station=station, **level)
    assert problem in await problems(station, "SetChargingProfile", at(number, made))
    asked = await exchange(talk, station, "SetChargingProfile", at(number, made), force=True)
    assert asked.payload == at(number, made)
    await asked.answer({"status": "Accepted"})
    assert await states() == {5: State.APPLIED}


async def test_dp_a_remote_start_takes_no_other_profile(talk: Talk, station: Station) -> None:
    payload = {"connectorId": 1, "idTag": "X", "chargingProfile": profile()}
    refusal = await refused(station, "RemoteStartTransaction", payload)
    assert "A remote start takes a TxProfile only." in refusal.details["problems"]


async def test_numbers_that_no_station_has_go_out_by_force(talk: Talk, station: Station) -> None:
    made = profile(10**12, level=-4)
    asked = await exchange(talk, station, "SetChargingProfile", at(10**6, made), force=True)
    assert asked.payload == at(10**6, made)
    assert (await asked.answer({"status": "Accepted"})).state == Command.State.ACCEPTED


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ({"connectorId": 1, "duration": 0}, "duration"),
        ({"connectorId": -1, "duration": 60}, "connectorId"),
        ({"connectorId": 1, "duration": 60, "chargingRateUnit": "A"}, "no schedules in A"),
    ],
)
async def test_it_says_which_rule_a_schedule_breaks(
    talk: Talk, station: Station, payload: dict[str, Any], problem: str
) -> None:
    unit = {"key": "ChargingScheduleAllowedChargingRateUnit", "value": "Power", "read_at": timezone.now()}
    await in_db(ConfigurationKey.objects.create)(station=station, **unit)
    assert problem in await problems(station, "GetCompositeSchedule", payload)


async def test_verbs_ask_in_the_same_words(talk: Talk, station: Station) -> None:
    made = profile()
    del made["chargingProfileId"]
    asked_by = {"station": await in_db(Station.objects.get)(pk=station.pk), "asked_by": "system", "at": timezone.now()}
    row = await in_db(profiles.set_profile)(number=1, profile=made, **asked_by)
    asked = await hear(talk, await in_db(Command.objects.get)(), "SetChargingProfile")
    assert asked.payload == at(1, made | {"chargingProfileId": row.pk})
    await asked.answer({"status": "Accepted"})
    assert await states() == {row.pk: State.APPLIED}
    criteria = Criteria(number=1, purpose="TxDefaultProfile", stack_level=1)
    command = await in_db(profiles.clear_profiles)(criteria=criteria, **asked_by)
    clearing = await hear(talk, command, "ClearChargingProfile")
    assert clearing.payload == {"connectorId": 1, "chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 1}
    await clearing.answer({"status": "Accepted"})
    assert await states() == {row.pk: State.CLEARED}
