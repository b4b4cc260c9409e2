"""Profiles that make no sense are refused before they are sent."""

import copy
from typing import Any

import pytest

from charging import profiles
from charging.models import ChargingProfile
from charging.profiles import Abilities
from charging.tests.world import NOW, World, minutes
from drivepower.core.refusals import Refusal
from stations.models import Command, ConfigurationKey

DEFAULT: dict[str, Any] = {
    "chargingProfileId": 5,
    "stackLevel": 1,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Absolute",
    "validFrom": "2026-03-02T00:00:00Z",
    "validTo": "2026-03-03T00:00:00Z",
    "chargingSchedule": {
        "duration": 3600,
        "startSchedule": "2026-03-02T00:00:00Z",
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [
            {"startPeriod": 0, "limit": 6.0, "numberPhases": 3},
            {"startPeriod": 600, "limit": 16.0},
        ],
    },
}
STATION: dict[str, Any] = {"chargingProfilePurpose": "ChargePointMaxProfile"}
TX: dict[str, Any] = {"chargingProfilePurpose": "TxProfile"}
NO_START: dict[str, Any] = {"startSchedule": None}


def profile(*, schedule: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A good one, changed; None takes a field out."""
    made = copy.deepcopy(DEFAULT) | fields
    made["chargingSchedule"] |= schedule or {}
    for part in (made, made["chargingSchedule"]):
        for name in [name for name, value in part.items() if value is None]:
            del part[name]
    return made


def period(start: int, limit: float = 6.0, **fields: Any) -> dict[str, Any]:
    """One period of a schedule."""
    return {"startPeriod": start, "limit": limit, **fields}


def wrong(made: dict[str, Any], *, number: int = 1, able: Abilities | None = None, is_for_start: bool = False) -> str:
    """What is wrong with it, in one text."""
    return " ".join(profiles.problems(number=number, profile=made, able=able or Abilities(), is_for_start=is_for_start))


@pytest.mark.parametrize(
    ("number", "made"),
    [
        (0, profile()),
        (1, profile()),
        (0, profile(**STATION)),
        (1, profile(**TX, transactionId=4)),
        (1, profile(chargingProfileKind="Recurring", recurrencyKind="Daily")),
        (1, profile(chargingProfileKind="Relative", schedule=NO_START)),
        (1, profile(validFrom=None, validTo=None, schedule={"duration": None, "minChargingRate": 0})),
    ],
)
def test_it_lets_pass_what_makes_sense(number: int, made: dict[str, Any]) -> None:
    assert wrong(made, number=number) == ""


@pytest.mark.parametrize(
    ("number", "made", "said"),
    [
        (1, profile(**STATION), "ChargePointMaxProfile belongs to connector 0"),
        (0, profile(**TX, transactionId=4), "TxProfile belongs to a connector above 0"),
        (1, profile(**TX), "names a running transaction"),
        (1, profile(transactionId=4), "names a running transaction"),
        (1, profile(recurrencyKind="Daily"), "recurrencyKind"),
        (1, profile(chargingProfileKind="Recurring"), "recurrencyKind"),
        (1, profile(chargingProfileKind="Relative"), "startSchedule"),
        (1, profile(schedule=NO_START), "startSchedule"),
        (1, profile(validTo="2026-03-01T00:00:00Z"), "validFrom"),
        (1, profile(schedule={"chargingSchedulePeriod": []}), "first period starts at 0"),
        (1, profile(schedule={"chargingSchedulePeriod": [period(1)]}), "first period starts at 0"),
        (1, profile(schedule={"chargingSchedulePeriod": [period(0), period(9), period(9)]}), "do not ascend"),
        (1, profile(schedule={"chargingSchedulePeriod": [period(0), period(3600)]}), "duration"),
        (1, profile(schedule={"duration": 0, "chargingSchedulePeriod": [period(0)]}), "duration"),
        (1, profile(schedule={"chargingSchedulePeriod": [period(0, -1)]}), "below 0"),
        (1, profile(schedule={"minChargingRate": -0.1}), "below 0"),
        (1, profile(schedule={"chargingSchedulePeriod": [period(0, numberPhases=4)]}), "numberPhases"),
        (1, profile(stackLevel=-1), "stack level"),
    ],
)
def test_it_says_what_makes_none(number: int, made: dict[str, Any], said: str) -> None:
    assert said in wrong(made, number=number)


@pytest.mark.parametrize(
    ("able", "said"),
    [
        (Abilities(units=frozenset("W")), "no schedules in A"),
        (Abilities(most_level=0), "highest stack level is 0"),
        (Abilities(most_periods=1), "at most 1 periods"),
        (Abilities(units=frozenset("AW"), most_level=1, most_periods=2), ""),
    ],
)
def test_it_knows_what_the_station_can_do(able: Abilities, said: str) -> None:
    found = wrong(profile(), able=able)
    assert said in found
    assert bool(said) == bool(found)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (profile(**TX), ""),
        (profile(), "TxProfile only"),
        (profile(**TX, transactionId=4), "names no transaction"),
    ],
)
def test_it_has_rules_of_its_own_inside_a_remote_start(made: dict[str, Any], said: str) -> None:
    found = wrong(made, is_for_start=True)
    assert said in found
    assert bool(said) == bool(found)


@pytest.mark.parametrize(
    ("given", "sent"), [(10.55, 10.6), (0.1 + 0.2, 0.3), (6, 6.0), (15.25, 15.3), (10.04, 10.0), (1e12, 1e12)]
)
def test_it_rounds_rates_to_one_decimal_half_up(given: float, sent: float) -> None:
    schedule = {"chargingSchedulePeriod": [period(0, given), period(5, 1)], "minChargingRate": given}
    made = profiles.rounded(profile(schedule=schedule))["chargingSchedule"]
    assert [one["limit"] for one in made["chargingSchedulePeriod"]] == [sent, 1.0]
    assert made["minChargingRate"] == sent


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 1e308, "much"])
def test_it_never_fails_on_a_rate(odd: Any) -> None:
    made = profiles.rounded(profile(schedule={"chargingSchedulePeriod": [period(0, odd)]}))
    assert made["chargingSchedule"]["chargingSchedulePeriod"]


@pytest.mark.parametrize(
    ("said", "able"),
    [
        ({}, Abilities()),
        ({"ChargingScheduleAllowedChargingRateUnit": "Current, Power"}, Abilities(units=frozenset("AW"))),
        ({"ChargingScheduleAllowedChargingRateUnit": "W"}, Abilities(units=frozenset("W"))),
        ({"ChargingScheduleAllowedChargingRateUnit": "?", "ChargeProfileMaxStackLevel": "many"}, Abilities()),
        ({"ChargeProfileMaxStackLevel": "8"}, Abilities(most_level=8)),
        ({"ChargingScheduleMaxPeriods": " 24 "}, Abilities(most_periods=24)),
    ],
)
def test_it_reads_what_the_station_has_said(world: World, said: dict[str, str], able: Abilities) -> None:
    for key, value in said.items():
        ConfigurationKey.objects.create(station=world.station, key=key, value=value, read_at=NOW)
    assert profiles.abilities_of(world.station) == able


def test_it_knows_which_transactions_run(world: World) -> None:
    session = world.charging(world.driver())
    made = profile(**TX, transactionId=session.pk)
    asked: dict[str, Any] = {"station": world.station, "profile": made}
    assert profiles.transaction_problems(number=1, **asked) == []
    assert profiles.transaction_problems(number=2, **asked)
    world.end(session, 2000, at=NOW + minutes(1))
    assert profiles.transaction_problems(number=1, **asked)
    assert profiles.transaction_problems(station=world.station, number=1, profile=profile()) == []


def test_it_asks_the_station_for_a_good_one(world: World) -> None:
    made = profile(chargingProfileId=None, schedule={"chargingSchedulePeriod": [period(0, 10.55)]})
    row = profiles.set_profile(station=world.station, number=1, profile=made, asked_by="staff:1", at=NOW)
    command = Command.objects.get()
    assert (command.intent, command.subject) == ("set_charging_profile", f"profile:{row.pk}")
    assert command.payload == {"connector": 1, "profile": row.document}
    assert row.document["chargingProfileId"] == row.profile_id == row.pk
    assert row.document["chargingSchedule"]["chargingSchedulePeriod"] == [period(0, 10.6)]
    assert (row.state, row.purpose, row.stack_level, row.number) == ("requested", "TxDefaultProfile", 1, 1)


def test_it_asks_for_no_bad_one(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        profiles.set_profile(
            station=world.station, number=1, profile=profile(**TX, transactionId=9), asked_by="staff:1", at=NOW
        )
    assert refused.value.code == "profile_breaks_rules"
    assert refused.value.details["problems"] == ["No transaction 9 runs at connector 1 of this station."]
    assert not Command.objects.exists()


def test_it_notes_that_it_was_never_sent(world: World) -> None:
    profiles.set_profile(
        station=world.station, number=1, profile=profile(chargingProfileId=None), asked_by="staff:1", at=NOW
    )
    assert profiles.sweep(at=NOW) == 0
    Command.objects.update(state="timed_out")
    assert profiles.sweep(at=NOW) == 1
    row = ChargingProfile.objects.get()
    assert (row.state, row.answer) == ("refused", "not_sent")
