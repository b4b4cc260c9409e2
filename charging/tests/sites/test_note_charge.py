"""Whatever charges is counted and noted, also what nobody has judged; where nothing is shared it costs nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charging import lifecycle
from charging.models import Session
from charging.models.sites import SitePlan
from charging.sites.gathering import gather
from charging.tests.world import NOW, World, minutes
from stations.models import Location


def repair(world: World) -> Session:
    """A Start that could not be judged."""
    began = lifecycle.repair(
        station=world.station,
        connector=world.one,
        tag="SOMEBODY",
        started_at=NOW,
        timestamp=NOW,
        meter_start_wh=1000,
        received_at=NOW,
    )
    return began.session


def share(world: World) -> Location:
    """The location shares its supply from now on."""
    Location.objects.update(shares_supply=True, supply_limit_a=32)
    world.station.refresh_from_db()
    world.one.refresh_from_db()
    return Location.objects.get()


def counted(location: Location) -> list[Session | None]:
    """The charges that count there."""
    [site] = gather(location_ids=[location.pk], at=NOW)
    return [place.session for place in site.counting() if place.is_online]


def test_it_counts_a_charge_that_holds_no_connector(world: World) -> None:
    location = share(world)
    repaired = repair(world)
    assert not repaired.holds_connector
    assert counted(location) == [repaired]


def test_it_counts_who_holds_the_connector_first(world: World) -> None:
    location = share(world)
    running = world.charging(world.driver())
    repair(world)
    assert counted(location) == [running]


def test_it_notes_what_it_repairs(world: World, django_capture_on_commit_callbacks: Any) -> None:
    share(world)
    with django_capture_on_commit_callbacks(execute=True):
        repair(world)
    assert SitePlan.objects.get().dirty_since == NOW


@pytest.mark.parametrize("shares", [True, False])
def test_it_asks_nothing_where_nothing_is_shared(
    world: World, django_capture_on_commit_callbacks: Any, shares: bool
) -> None:
    if shares:
        share(world)
    with CaptureQueriesContext(connection) as asked, django_capture_on_commit_callbacks(execute=True):
        ended = world.begin("CARD-1").session
        world.end(ended, 2000, at=NOW + minutes(1))
        silent = world.begin("CARD-1", at=NOW + minutes(2)).session
        assert lifecycle.infer_end(session=silent, until=NOW + minutes(3), reason="PowerLoss")
    marks = [one for one in asked.captured_queries if "charging_siteplan" in one["sql"]]
    assert len(marks) == (4 if shares else 0)
    # The location came with what was asked for anyway.
    alone = [one for one in asked.captured_queries if one["sql"].startswith('SELECT "stations_location"')]
    assert alone == []
