"""A plan is carried out: fallbacks, shares, what is lowered first, and who has it in writing."""

from datetime import timedelta
from decimal import Decimal

import pytest

from charging import sites
from charging.models import ChargingProfile
from charging.models.sites import SitePlan, SiteShare
from charging.tests.sites.yard import Purpose, Yard, build
from charging.tests.world import NOW, minutes
from stations.models import Command, Location

SECOND = timedelta(seconds=1)


@pytest.fixture
def yard(db: None) -> Yard:
    """Eight connectors of 16 A, a supply for four; every station keeps its fallback of 8 A."""
    made = build()
    made.share()
    return made


@pytest.mark.django_db
def test_it_gives_every_connector_a_fallback_that_fits_the_supply() -> None:
    yard = build()
    yard.share()
    assert yard.kept(Purpose.TX_DEFAULT) == [Decimal(8)] * 8
    assert sites.carry_out(location_id=yard.location.pk, at=NOW) == 0
    assert Command.objects.count() == 8


@pytest.mark.django_db
def test_it_gives_a_fallback_to_as_many_as_the_supply_is_enough_for() -> None:
    yard = build(limit_a=20)
    yard.share()
    assert yard.kept(Purpose.TX_DEFAULT) == [Decimal("6.6")] * 3 + [0] * 5


def test_it_gives_one_car_all_that_it_can_take(yard: Yard) -> None:
    yard.come(yard.stations[0])
    yard.share()
    assert (yard.planned(), yard.in_force(), yard.kept()) == ([16], [16], [16])
    profile = ChargingProfile.objects.get(purpose=Purpose.TX).document
    assert profile["chargingSchedule"]["chargingRateUnit"] == "A"
    assert profile["chargingSchedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 16.0, "numberPhases": 3}
    ]


def test_it_lowers_before_it_raises(yard: Yard) -> None:
    for station in yard.stations:
        yard.come(station)
    yard.share()
    assert yard.kept() == [16, 16, 16, 16]
    yard.come(yard.stations[0], 2, at=NOW + SECOND)
    sites.carry_out(location_id=yard.location.pk, at=NOW + SECOND)
    # The new car has its 8 A by the fallback, and gets more once the others have come down.
    assert yard.planned() == [Decimal("12.8")] * 5
    assert yard.under_way() == [Decimal("12.8")] * 4
    sites.carry_out(location_id=yard.location.pk, at=NOW + SECOND)
    assert len(yard.under_way()) == 4
    yard.answer(at=NOW + SECOND)
    sites.carry_out(location_id=yard.location.pk, at=NOW + SECOND)
    assert yard.under_way() == [Decimal("12.8")]
    yard.answer(at=NOW + SECOND)
    assert yard.kept() == [Decimal("12.8")] * 5


def test_it_gives_what_a_car_leaves_to_the_others(yard: Yard) -> None:
    sessions = [yard.come(station, number) for station in yard.stations for number in (1, 2)]
    yard.share()
    # Everybody has the fallback, and needs no profile.
    assert (yard.planned(), yard.kept()) == ([8] * 8, [])
    before = yard.plan.revision
    for session in sessions[:4]:
        yard.leave(session, at=NOW + minutes(5))
    yard.share(at=NOW + minutes(5))
    assert (yard.planned(), yard.kept()) == ([16] * 4, [16] * 4)
    assert yard.plan.revision == before + 1


def test_it_follows_a_limit_that_is_lowered(yard: Yard) -> None:
    for station in yard.stations:
        yard.come(station)
    yard.share()
    Location.objects.update(supply_limit_a=32)
    yard.share(at=NOW + SECOND)
    assert (yard.planned(), yard.kept()) == ([8] * 4, [8] * 4)
    assert yard.kept(Purpose.TX_DEFAULT) == [Decimal("6.4")] * 5 + [0] * 3
    assert yard.plan.limit_a == 32


def test_it_lets_those_wait_who_do_not_fit(yard: Yard) -> None:
    Location.objects.update(supply_limit_a=14)
    yard.share()
    for index, station in enumerate(yard.stations):
        yard.come(station, at=NOW + index * SECOND)
    yard.share(at=NOW + minutes(1))
    assert yard.planned() == [7, 7, 0, 0]


def test_it_leaves_a_site_alone_that_does_not_share(yard: Yard) -> None:
    Location.objects.update(shares_supply=False)
    yard.come(yard.stations[0])
    assert sites.carry_out(location_id=yard.location.pk, at=NOW) == 0
    sites.note_change(location_id=yard.location.pk, at=NOW)
    assert not SiteShare.objects.exists()


def test_it_takes_back_what_it_set_where_nothing_is_shared_any_more(yard: Yard) -> None:
    Location.objects.update(shares_supply=False)
    yard.lose(yard.stations[0])
    assert sites.let_go(at=NOW) == 6
    assert sites.let_go(at=NOW) == 0
    asked = Command.objects.filter(intent="clear_charging_profile")
    ids = set(ChargingProfile.objects.exclude(station=yard.stations[0]).values_list("profile_id", flat=True))
    assert {command.payload["profile_id"] for command in asked} == ids
    assert not SitePlan.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_marks_a_site_in_one_statement_after_the_commit() -> None:
    yard = build()
    yard.share()
    assert yard.plan.dirty_since is None
    sites.note_change(location_id=yard.location.pk, at=NOW)
    assert yard.plan.dirty_since == NOW
    yard.share()
    assert yard.plan.dirty_since is None
    sites.note_change(location_id=None, at=NOW)
    SitePlan.objects.all().delete()
    sites.note_change(location_id=yard.location.pk, at=NOW)
    assert yard.plan.limit_a == 64
    assert yard.plan.dirty_since == NOW
    Location.objects.update(shares_supply=False)
    SitePlan.objects.all().delete()
    sites.note_change(location_id=yard.location.pk, at=NOW)
    assert not SitePlan.objects.exists()
