"""Each move of a reservation is told once, to its driver and to whoever reads the outbox."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.notifying.wording import text_of
from charging import reservations
from charging.models import Reservation
from charging.tests.test_reserve import UNTIL, active, reserve
from charging.tests.world import NOW, World, company, minutes
from drivepower.core.models import Event
from stations.models import Location

State = Reservation.State


def told() -> list[str]:
    """What was told, in order."""
    return list(Event.objects.filter(kind__startswith="reservation.").order_by("pk").values_list("kind", flat=True))


def test_it_tells_the_driver_what_is_kept_until_when(world: World) -> None:
    driver = world.driver()
    Location.objects.update(time_zone="Asia/Tashkent")
    reservation = active(world, driver=driver)
    event = Event.objects.get(kind="reservation.active")
    assert (event.subject, event.station, event.driver) == (
        f"reservation:{reservation.public_id}",
        world.station.code,
        driver.public_id,
    )
    there = UNTIL.astimezone(ZoneInfo("Asia/Tashkent"))
    assert event.payload["until_local"] == f"{there:%H:%M} (UTC+05:00)"
    assert datetime.fromisoformat(event.payload["until"]) == UNTIL
    said = text_of("reservation_confirmed", event.payload)
    assert said == f"{world.station.code}, connector 1. Until {there:%H:%M} (UTC+05:00)."


def test_it_tells_no_clock_where_it_is_the_networks(world: World) -> None:
    active(world, driver=world.driver())
    here = UNTIL.astimezone(ZoneInfo("Asia/Bishkek"))
    assert Event.objects.get(kind="reservation.active").payload["until_local"] == f"{here:%H:%M}"


@pytest.mark.parametrize(("status", "kind"), [("Faulted", "reservation.ended"), ("Available", "reservation.expired")])
def test_it_tells_how_it_ended(world: World, status: str, kind: str) -> None:
    reservation = active(world)
    at = UNTIL
    for _ in range(2):
        reservations.note_status(station_id=world.station.pk, number=1, status=status, at=at)
    assert told() == ["reservation.requested", "reservation.active", kind]
    reservation.refresh_from_db()
    assert Event.objects.get(kind=kind).payload["state"] == reservation.state


def test_it_tells_of_a_sweep_once(world: World) -> None:
    active(world)
    for minute in (1, 2):
        reservations.sweep(at=UNTIL + minutes(minute))
    assert told() == ["reservation.requested", "reservation.active", "reservation.expired"]


def test_it_tells_that_a_wish_was_withdrawn(world: World) -> None:
    reservation = reserve(world)
    reservations.cancel(reservation=reservation, asked_by="driver:x", at=NOW)
    assert told() == ["reservation.requested", "reservation.cancelled"]


def test_it_tells_nothing_where_nothing_moves(world: World) -> None:
    reservation = active(world)
    before = told()
    reservations.note_status(station_id=world.station.pk, number=1, status="Reserved", at=NOW)
    reservations.note_cancelled(station_id=world.station.pk, reservation_id=reservation.pk + 1, at=NOW)
    assert told() == before


def test_it_tells_the_company_of_the_driver_or_else_of_the_card(world: World) -> None:
    fleet, pool = company(), company("Pool")
    world.card(value="POOL", company=pool)
    driver = world.driver()
    driver.company = fleet
    driver.save()
    reserve(world, tag="OWN", driver=driver)
    reserve(world, tag="POOL", connector=world.two)
    told_of = Event.objects.filter(kind="reservation.requested").order_by("pk").values_list("company", flat=True)
    assert list(told_of) == [fleet.public_id, pool.public_id]
