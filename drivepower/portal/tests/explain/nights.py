"""The night of October in which Berlin puts its clocks back, and a charge in it."""

from datetime import UTC, datetime, timedelta

from charging import settlement
from charging.models import Session
from charging.tests.world import World
from stations.models import Location

# 25 October 2026, 02:00 in summer time: in an hour it is 02:00 once more.
TWICE = datetime(2026, 10, 25, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
HALF_PAST_TWO = "2026-10-25T02:30:00"


def move_to_berlin(world: World) -> None:
    """The world's station stands there from now on."""
    Location.objects.update(time_zone="Europe/Berlin")
    world.station.refresh_from_db()
    world.one.station = world.two.station = world.station


def charged(world: World) -> Session:
    """A charge from the first 02:30 to the second, 1 kWh in each half of the hour."""
    driver, began = world.driver(), TWICE + 2 * QUARTER
    card = world.card(driver)
    session = world.begin(card.value, at=began).session
    for quarter in range(5):
        world.read(session, 1000 + 500 * quarter, at=began + quarter * QUARTER, power_w=2000)
    world.end(session, 3000, at=began + 4 * QUARTER)
    settlement.settle(session_id=session.pk, at=began + 6 * QUARTER)
    session.refresh_from_db()
    return session
