"""Stations that are away, refuse, forget or cannot; cars that take nothing; and profiles that people have set."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from charging import profiles, sites
from charging.models import ChargingProfile
from charging.profiles import Criteria
from charging.sites.places import HELD_FOR, IDLE_AFTER
from charging.tests.sites.yard import Purpose, Yard, build
from charging.tests.world import NOW, minutes
from drivepower.core.models import Alert
from stations.models import ConfigurationKey, Location

SECOND = timedelta(seconds=1)
State = ChargingProfile.State


@pytest.fixture
def yard(db: None) -> Yard:
    """Eight connectors of 16 A, a supply for four; every station keeps its fallback of 8 A."""
    made = build()
    made.share()
    return made


def open_alerts() -> list[tuple[str, str]]:
    """Kind and subject of each."""
    return list(Alert.objects.open().order_by("kind", "subject").values_list("kind", "subject"))


def own(purpose: str, amps: float, **more: Any) -> dict[str, Any]:
    """A profile as a person writes it."""
    return {
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "stackLevel": 0,
        "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amps}]},
        **more,
    }


def test_it_sets_aside_what_a_station_that_is_away_may_take(yard: Yard) -> None:
    sessions = [yard.come(station) for station in yard.stations]
    yard.share()
    yard.lose(yard.stations[0])
    yard.share(at=NOW + minutes(1))
    # Its charge keeps its 16 A for a while, and its other connector may begin one at 8 A: 40 A are left for three.
    assert yard.plan.reserved_a == 8
    assert yard.planned() == [16, *[Decimal("13.3")] * 3]
    # Then its profile has ended, and it is down to 8 A.
    yard.share(at=NOW + HELD_FOR + minutes(1))
    assert yard.planned() == [8, 16, 16, 16]
    yard.leave(sessions[1], at=NOW + HELD_FOR + minutes(2))
    back = NOW + HELD_FOR + minutes(3)
    yard.find(yard.stations[0], at=back)
    yard.share(at=back)
    assert yard.planned() == [16, 16, 16]
    assert yard.plan.reserved_a == 0


def test_it_renews_in_time_what_ends_by_itself(yard: Yard) -> None:
    yard.come(yard.stations[0])
    yard.share()
    first = ChargingProfile.objects.get(purpose=Purpose.TX)
    assert first.document["validTo"] == "2026-03-02T09:10:00Z"
    assert sites.sweep(at=NOW + HELD_FOR / 2 - SECOND) == 0
    assert sites.sweep(at=NOW + HELD_FOR / 2) == 1
    yard.answer(at=NOW + HELD_FOR / 2)
    second = ChargingProfile.objects.get(purpose=Purpose.TX, state=State.APPLIED)
    assert (second.document["validTo"], second.profile_id) == ("2026-03-02T09:15:00Z", first.profile_id)
    assert yard.kept() == [16]


def test_it_ends_no_profile_that_is_below_the_fallback(yard: Yard) -> None:
    """When such a one ended, the car would take more: at a site that is full it stays as it is."""
    for station in yard.stations:
        yard.come(station)
        yard.come(station, 2)
    Location.objects.update(least_current_a=7, supply_limit_a=60)
    yard.share(at=NOW + SECOND)
    assert yard.planned() == [Decimal("7.5")] * 8
    assert not any("validTo" in one.document for one in ChargingProfile.objects.filter(purpose=Purpose.TX))


def test_it_counts_a_share_that_does_not_end_for_as_long_as_it_is_not_lowered(yard: Yard) -> None:
    """It was below the fallback when it was sent, and is above the lower one that came after it."""
    for station in yard.stations:
        yard.come(station)
        yard.come(station, 2)
    Location.objects.update(least_current_a=4, supply_limit_a=60)
    yard.share(at=NOW + SECOND)
    Location.objects.update(supply_limit_a=32)
    sites.carry_out(location_id=yard.location.pk, at=NOW + 2 * SECOND)
    for row in ChargingProfile.objects.filter(state=State.REQUESTED):
        word = "Rejected" if row.purpose == Purpose.TX else "Accepted"
        profiles.note_set(row_id=row.pk, word=word, at=NOW + 2 * SECOND)
    for station in yard.stations:
        yard.lose(station)
    sites.carry_out(location_id=yard.location.pk, at=NOW + HELD_FOR + minutes(1))
    assert (yard.kept(Purpose.TX_DEFAULT), yard.in_force()) == ([4] * 8, [Decimal("7.5")] * 8)


def test_it_tells_a_station_anew_that_has_come_back(yard: Yard) -> None:
    yard.come(yard.stations[0])
    yard.share()
    sent = ChargingProfile.objects.count()
    yard.lose(yard.stations[0])
    yard.share(at=NOW + minutes(1))
    assert ChargingProfile.objects.count() == sent
    yard.find(yard.stations[0], at=NOW + minutes(2))
    yard.share(at=NOW + minutes(2))
    # Its two fallbacks and the share of its charge.
    assert ChargingProfile.objects.count() == sent + 3
    assert yard.in_force() == [16]


@pytest.mark.django_db
def test_it_counts_a_station_that_cannot_charge_smartly_at_its_rated_current() -> None:
    yard = build()
    ConfigurationKey.objects.create(
        station=yard.stations[0], key="SupportedFeatureProfiles", value="Core,Reservation", read_at=NOW
    )
    for station in yard.stations:
        yard.come(station, 1)
        yard.come(station, 2)
    yard.share()
    assert yard.planned() == [16, 16, *[Decimal("6.4")] * 5, 0]
    assert open_alerts() == [("charging_limit_refused", "station:Y-1")]
    assert not ChargingProfile.objects.filter(station=yard.stations[0]).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["Rejected", "NotSupported"])
def test_it_tells_of_a_station_that_refuses_and_counts_all_that_it_may_take(word: str) -> None:
    yard = build(stations=1, limit_a=20)
    yard.come(yard.stations[0], 1)
    yard.come(yard.stations[0], 2)
    yard.share(answer=word, turns=3)
    sites.carry_out(location_id=yard.location.pk, at=NOW + SECOND)
    assert yard.planned() == [16, 16]
    assert open_alerts() == [("charging_limit_refused", "station:Y-1"), ("supply_exceeded", "location:YARD")]
    later = NOW + minutes(11)
    yard.find(yard.stations[0], at=later)
    yard.share(at=later)
    assert (yard.planned(), yard.in_force()) == ([10, 10], [10, 10])
    assert open_alerts() == []


def test_it_asks_a_station_that_rejects_a_share_again_and_shares_the_rest(yard: Yard) -> None:
    first = yard.come(yard.stations[0])
    yard.share()
    for station in yard.stations[1:]:
        yard.come(station)
        yard.come(station, 2)
    sites.carry_out(location_id=yard.location.pk, at=NOW + SECOND)
    refused = ChargingProfile.objects.get(session=first, state=State.REQUESTED)
    profiles.note_set(row_id=refused.pk, word="Rejected", at=NOW + SECOND)
    yard.share(at=NOW + 2 * SECOND)
    # It holds 16 A, the others get what is left, and after a while it is asked again.
    assert yard.planned() == [16, *[Decimal(8)] * 6]
    assert sites.sweep(at=NOW + 20 * SECOND) == 0
    yard.share(at=NOW + 40 * SECOND)
    assert (yard.planned(), yard.in_force()) == ([Decimal("9.1")] * 7, [Decimal("9.1")] * 7)


def test_it_counts_what_was_sent_and_not_answered(yard: Yard) -> None:
    yard.come(yard.stations[0])
    sites.carry_out(location_id=yard.location.pk, at=NOW)
    lost = ChargingProfile.objects.get(purpose=Purpose.TX, state=State.REQUESTED)
    yard.come(yard.stations[1])
    yard.come(yard.stations[1], 2)
    Location.objects.update(supply_limit_a=30)
    assert sites.carry_out(location_id=yard.location.pk, at=NOW + SECOND) == 9
    # It may have 16 A, so it is told 10 A, and the others get no more than their 8 A for the time being.
    assert (yard.planned(), yard.under_way()) == ([10, 10, 10], [16, 10])
    yard.answer(at=NOW + SECOND)
    lost.refresh_from_db()
    assert (lost.state, yard.kept()) == (State.REPLACED, [10])
    yard.share(at=NOW + SECOND)
    assert yard.in_force() == [10, 10, 10]


def test_it_sends_again_what_was_not_answered(yard: Yard) -> None:
    yard.come(yard.stations[0])
    sites.carry_out(location_id=yard.location.pk, at=NOW)
    assert sites.sweep(at=NOW + 30 * SECOND) == 0
    assert sites.sweep(at=NOW + 50 * SECOND) == 1
    assert yard.planned() == [16]
    yard.answer(at=NOW + 51 * SECOND)
    yard.share(at=NOW + 51 * SECOND)
    assert yard.in_force() == [16]


def test_it_frees_the_share_of_a_car_that_takes_nothing_but_the_least(yard: Yard) -> None:
    sessions = [yard.come(station, number) for station in yard.stations for number in (1, 2)]
    for session in sessions[:4]:
        yard.say(session, "SuspendedEV", at=NOW)
    yard.share(at=NOW + IDLE_AFTER - SECOND)
    assert yard.planned() == [8] * 8
    assert sites.sweep(at=NOW + IDLE_AFTER) == 4
    yard.answer(at=NOW + IDLE_AFTER)
    yard.share(at=NOW + IDLE_AFTER)
    assert yard.planned() == [6] * 4 + [10] * 4
    assert yard.kept() == [6] * 4 + [10] * 4
    yard.say(sessions[0], "Charging", at=NOW + minutes(20))
    yard.share(at=NOW + minutes(20))
    assert yard.planned() == [Decimal("9.2"), 6, 6, 6, *[Decimal("9.2")] * 4]


def test_it_leaves_the_profile_that_a_person_has_set(yard: Yard) -> None:
    session = yard.come(yard.stations[0])
    yard.share()
    theirs = own("TxProfile", 10.0, transactionId=int(session.ocpp_id))
    profiles.set_profile(station=yard.stations[0], number=1, profile=theirs, asked_by="staff:1", at=NOW + SECOND)
    yard.answer(at=NOW + SECOND)
    yard.come(yard.stations[1], at=NOW + SECOND)
    for moment in (NOW + 2 * SECOND, NOW + HELD_FOR):
        yard.share(at=moment)
        assert yard.planned() == [10, 16]
        held = ChargingProfile.objects.get(session=session, state=State.APPLIED)
        assert held.asked_by == "staff:1"
    profiles.note_cleared(
        station_id=yard.stations[0].pk,
        criteria=Criteria(profile_id=held.profile_id),
        asked_at=NOW + HELD_FOR,
        at=NOW + HELD_FOR,
    )
    yard.share(at=NOW + HELD_FOR + SECOND)
    assert (yard.planned(), yard.kept()) == ([16, 16], [16, 16])


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, 1])
def test_it_leaves_the_default_that_a_person_has_set(number: int) -> None:
    yard = build(stations=1)
    theirs = own("TxDefaultProfile", 12.0)
    profiles.set_profile(station=yard.stations[0], number=number, profile=theirs, asked_by="staff:1", at=NOW)
    yard.answer()
    yard.share()
    ours = ChargingProfile.objects.filter(asked_by=sites.ASKED_BY, purpose=Purpose.TX_DEFAULT)
    assert set(ours.values_list("number", flat=True)) == ({2} if number else set())
    yard.come(yard.stations[0])
    yard.lose(yard.stations[0])
    yard.share()
    assert yard.planned() == [12]


def test_it_puts_back_what_a_person_has_cleared(yard: Yard) -> None:
    yard.come(yard.stations[0])
    yard.share()
    profiles.note_cleared(station_id=yard.stations[0].pk, criteria=Criteria(), asked_at=NOW + SECOND, at=NOW + SECOND)
    yard.share(at=NOW + 2 * SECOND)
    assert (yard.kept(), yard.kept(Purpose.TX_DEFAULT)) == ([16], [8] * 8)


def test_it_says_nothing_to_a_charge_that_may_be_over_already(yard: Yard) -> None:
    """S 5.16.1: a Start that comes an hour late may have its Stop right behind it."""
    session = yard.come(yard.stations[0], at=NOW - minutes(60))
    type(session).objects.filter(pk=session.pk).update(start_received_at=NOW)
    yard.share()
    assert (yard.planned(), yard.kept()) == ([8], [])
    yard.share(at=NOW + minutes(2))
    assert (yard.planned(), yard.kept()) == ([16], [16])
