"""The mirror of profiles follows whatever stations are told, as a station does."""

from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charging import profiles, tasks
from charging.models import ChargingProfile
from charging.profiles import Criteria
from charging.tests.test_profile_rules import profile
from charging.tests.world import NOW, World, minutes
from stations import commands

State = ChargingProfile.State
PURPOSES = ("ChargePointMaxProfile", "TxDefaultProfile", "TxProfile")


class Held(NamedTuple):
    """A profile inside a station."""

    number: int
    id: int
    purpose: str
    level: int


def sent(world: World, held: Held) -> ChargingProfile:
    """The row of a profile that the station is asked to keep."""
    made = profile(chargingProfileId=held.id, chargingProfilePurpose=held.purpose, stackLevel=held.level)
    return profiles.record(station=world.station, number=held.number, profile=made, asked_by="x", at=NOW)


def in_force(world: World) -> set[Held]:
    """What the mirror says."""
    rows = ChargingProfile.objects.filter(station=world.station, state=State.APPLIED)
    return {Held(*row) for row in rows.values_list("number", "profile_id", "purpose", "stack_level")}


def place(purpose: str, number: int) -> int:
    """Where such a profile may be."""
    return {"ChargePointMaxProfile": 0, "TxProfile": max(1, number)}.get(purpose, number)


held = st.builds(
    lambda number, id, purpose, level: Held(place(purpose, number), id, purpose, level),
    st.integers(0, 2),
    st.integers(1, 4),
    st.sampled_from(PURPOSES),
    st.integers(0, 2),
)
criteria = st.builds(
    Criteria,
    st.none() | st.none() | st.integers(1, 4),
    st.none() | st.integers(0, 2),
    st.none() | st.sampled_from(PURPOSES),
    st.none() | st.integers(0, 2),
)
answers = st.sampled_from(["Accepted", "Accepted", "Accepted", "Rejected"])


def goes(one: Held, asked: Criteria) -> bool:
    """Whether a station clears it (E 3.25)."""
    if asked.profile_id is not None:
        return one.id == asked.profile_id
    pairs = ((asked.number, one.number), (asked.purpose, one.purpose), (asked.stack_level, one.level))
    return all(wanted is None or wanted == is_so for wanted, is_so in pairs)


def takes_place_of(new: Held, old: Held) -> bool:
    """Whether the new one replaces the old one in a station (S 5.16)."""
    return new.id == old.id or (new.number, new.purpose, new.level) == (old.number, old.purpose, old.level)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(held, answers) | criteria, max_size=12))
def test_it_holds_what_a_station_holds(world: World, steps: list[Any]) -> None:
    ChargingProfile.objects.all().delete()
    station: set[Held] = set()
    for step in steps:
        if isinstance(step, Criteria):
            profiles.note_cleared(station_id=world.station.pk, criteria=step, asked_at=NOW, at=NOW)
            station = {one for one in station if not goes(one, step)}
            continue
        new, word = step
        profiles.note_set(row_id=sent(world, new).pk, word=word, at=NOW)
        if word == "Accepted":
            station = {one for one in station if not takes_place_of(new, one)} | {new}
        assert in_force(world) == station
    assert in_force(world) == station


def test_it_tells_what_became_of_each(world: World) -> None:
    first, second, third = (
        Held(1, 1, "TxDefaultProfile", 0),
        Held(1, 2, "TxDefaultProfile", 0),
        Held(1, 3, "TxProfile", 0),
    )
    rows = [sent(world, one) for one in (first, second, third)]
    for row, word in zip(rows, ["Accepted", "Accepted", "NotSupported"], strict=True):
        profiles.note_set(row_id=row.pk, word=word, at=NOW)
    profiles.note_cleared(station_id=world.station.pk, criteria=Criteria(profile_id=2), asked_at=NOW, at=NOW)
    states = list(ChargingProfile.objects.order_by("pk").values_list("state", "answer"))
    assert states == [(State.REPLACED, "Accepted"), (State.CLEARED, "Accepted"), (State.REFUSED, "NotSupported")]


def test_it_clears_what_was_never_answered_unless_it_was_asked_for_later(world: World) -> None:
    row = sent(world, Held(1, 1, "TxDefaultProfile", 0))
    asked: dict[str, Any] = {"station_id": world.station.pk, "criteria": Criteria(), "at": NOW + minutes(9)}
    assert profiles.note_cleared(asked_at=NOW, **asked) == 0
    assert profiles.note_cleared(asked_at=NOW + minutes(1), **asked) == 1
    row.refresh_from_db()
    assert row.state == State.CLEARED
    profiles.note_set(row_id=row.pk, word="Accepted", at=NOW)  # too late
    assert in_force(world) == set()


def test_it_replaces_one_that_was_never_answered(world: World) -> None:
    lost, new = sent(world, Held(1, 1, "TxDefaultProfile", 0)), sent(world, Held(1, 2, "TxDefaultProfile", 0))
    profiles.note_set(row_id=new.pk, word="Accepted", at=NOW)
    lost.refresh_from_db()
    assert lost.state == State.REPLACED


def test_it_keeps_a_maximum_that_was_forced_on_a_connector_with_the_station(world: World) -> None:
    row = sent(world, Held(2, 1, "ChargePointMaxProfile", 0))
    profiles.note_set(row_id=row.pk, word="Accepted", at=NOW)
    assert in_force(world) == {Held(0, 1, "ChargePointMaxProfile", 0)}


def test_it_keeps_what_it_can_of_numbers_that_no_station_has(world: World) -> None:
    row = sent(world, Held(10**9, 10**12, "TxDefaultProfile", 10**12))
    assert (row.number, row.profile_id, row.stack_level) == (2**15 - 1, 2**31 - 1, 2**31 - 1)


def test_it_ends_profiles_with_their_session(world: World) -> None:
    session = world.charging(world.driver())
    made = profile(chargingProfilePurpose="TxProfile", transactionId=session.pk)
    row = profiles.record(station=world.station, number=1, profile=made, asked_by="x", at=NOW)
    profiles.note_set(row_id=row.pk, word="Accepted", at=NOW)
    assert row.session == session
    assert profiles.sweep(at=NOW + minutes(60)) == 0
    world.end(session, 2000, at=NOW + minutes(60))
    assert profiles.sweep(at=NOW + minutes(60)) == 1
    row.refresh_from_db()
    assert (row.state, row.changed_at) == (State.ENDED, NOW + minutes(60))


@pytest.mark.parametrize("charges", [True, False])
def test_it_ends_what_came_with_a_remote_start_once_nothing_charges_there(world: World, charges: bool) -> None:
    row = sent(world, Held(1, 1, "TxProfile", 0))
    profiles.note_set(row_id=row.pk, word="Accepted", at=NOW)
    if charges:
        world.charging(world.driver())
    assert profiles.sweep(at=NOW + minutes(1)) == 0
    assert profiles.sweep(at=NOW + minutes(10)) == (0 if charges else 1)


def test_it_leaves_other_profiles_in_force(world: World) -> None:
    row = sent(world, Held(1, 1, "TxDefaultProfile", 0))
    profiles.note_set(row_id=row.pk, word="Accepted", at=NOW)
    tasks.sweep_profiles()
    assert len(in_force(world)) == 1


def test_it_does_not_wait_for_an_answer_for_ever(world: World) -> None:
    """The answer was lost: the station may keep it or not, and somebody has to ask anew."""
    row = sent(world, Held(1, 1, "TxDefaultProfile", 0))
    assert profiles.sweep(at=NOW + minutes(9)) == 0
    assert profiles.sweep(at=NOW + minutes(10)) == 1
    row.refresh_from_db()
    assert (row.state, row.answer, row.changed_at) == (State.REFUSED, "no_answer", NOW + minutes(10))


def test_it_waits_while_it_is_being_asked_for(world: World) -> None:
    row = sent(world, Held(1, 1, "TxDefaultProfile", 0))
    asked: dict[str, Any] = {"payload": {}, "asked_by": "x", "expires_at": NOW + minutes(60), "at": NOW}
    commands.send(station=world.station, intent="set_charging_profile", subject=row.subject, **asked)
    assert profiles.sweep(at=NOW + minutes(30)) == 0


def test_it_has_one_profile_of_a_level_in_force(world: World) -> None:
    rows = [sent(world, Held(1, number, "TxDefaultProfile", 0)) for number in (1, 2)]
    with pytest.raises(IntegrityError, match="one_applied_profile_per_stack_level"):
        ChargingProfile.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.APPLIED)
