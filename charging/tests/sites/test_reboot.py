"""A station that boots may have forgotten all: it counts as the most that it can take until it says otherwise."""

from datetime import timedelta
from decimal import Decimal

import pytest

from charging import sites
from charging.models import ChargingProfile
from charging.tests.sites.yard import Purpose, Yard, build
from charging.tests.world import NOW, minutes
from stations.models import Location, StationSeen

SECOND = timedelta(seconds=1)
LATER = NOW + minutes(1)
State = ChargingProfile.State


@pytest.fixture
def yard(db: None) -> Yard:
    """Eight connectors of 16 A, a supply for four, a car at each: nobody has more than the fallback of 8 A."""
    made = build()
    made.share()
    for station in made.stations:
        made.come(station, 1)
        made.come(station, 2)
    made.share()
    return made


def boot(yard: Yard) -> None:
    """The first station boots; its link has held."""
    StationSeen.objects.create(station=yard.stations[0], last_frame_at=LATER, booted_at=LATER)


def asked() -> list[Decimal]:
    """The fallbacks that the first station is asked to keep."""
    rows = ChargingProfile.objects.filter(state=State.REQUESTED, purpose=Purpose.TX_DEFAULT, station__code="Y-1")
    assert rows.count() == ChargingProfile.objects.filter(state=State.REQUESTED, purpose=Purpose.TX_DEFAULT).count()
    return [row.document["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] for row in rows.order_by("number")]


def test_it_counts_a_fallback_that_may_be_forgotten_as_none(yard: Yard) -> None:
    assert yard.in_force() == [8] * 8
    boot(yard)
    sites.carry_out(location_id=yard.location.pk, at=LATER)
    assert yard.in_force() == [16, 16, *[8] * 6]
    assert asked() == [8, 8]
    yard.answer(at=LATER + SECOND)
    yard.share(at=LATER + SECOND)
    assert (yard.planned(), yard.in_force()) == ([8] * 8, [8] * 8)


def test_it_sets_aside_all_that_a_station_may_take_that_is_lost_before_it_confirms(yard: Yard) -> None:
    boot(yard)
    yard.lose(yard.stations[0])
    sites.carry_out(location_id=yard.location.pk, at=LATER + SECOND)
    assert yard.planned() == [16, 16, *[Decimal("6.4")] * 5, 0]


def test_it_sends_the_old_fallback_again_while_a_higher_one_must_wait(yard: Yard) -> None:
    Location.objects.update(supply_limit_a=80)
    yard.share(at=NOW + SECOND)
    assert yard.kept(Purpose.TX_DEFAULT) == [8] * 8
    boot(yard)
    sites.carry_out(location_id=yard.location.pk, at=LATER)
    assert asked() == [8, 8]
    yard.answer(at=LATER + SECOND)
    yard.share(at=LATER + SECOND)
    assert yard.kept(Purpose.TX_DEFAULT) == [8] * 8
    assert (yard.planned(), yard.in_force()) == ([10] * 8, [10] * 8)


def test_it_counts_more_than_a_share_that_was_under_way_when_its_station_booted(yard: Yard) -> None:
    Location.objects.update(supply_limit_a=72)
    sites.carry_out(location_id=yard.location.pk, at=NOW + SECOND)
    boot(yard)
    sites.carry_out(location_id=yard.location.pk, at=LATER)
    assert yard.in_force()[:2] == [16, 16]
