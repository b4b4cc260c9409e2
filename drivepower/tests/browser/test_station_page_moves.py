"""A station's page that stays open: a charge that begins gets its chart, and one that is over takes it along."""

from django.utils import timezone
from playwright.async_api import expect

from charging.models import Session
from charging.tests.world import World, minutes
from drivepower.tests.browser.complaints import Caller
from drivepower.tests.browser.desk import sitting
from ocpp_consumer.tests.server import Server, in_db

DRAWN = "() => Chart.getChart(document.querySelector('#charts canvas'))?.data.datasets.length === 2"
INSTANCES = "() => Object.keys(Chart.instances).length"


def begin(world: World) -> tuple[Caller, Session]:
    """A car that has charged for ten minutes."""
    at, caller = timezone.now() - minutes(10), Caller.at(world, "en")
    session = caller.begin(at)
    for count in (2, 6, 9):
        caller.read(session, 400 * count, at=at + minutes(count))
    return caller, session


def end(caller: Caller, session: Session) -> None:
    """It is over."""
    caller.end(session, 4_000, at=timezone.now())


async def test_its_charts_are_of_what_charges_now(portal: Server, shared_world: World) -> None:
    async with sitting(portal, "Operator") as desk:
        await desk.open(f"/admin/stations/station/{shared_world.station.pk}/change/")
        charts = desk.page.locator("#charts canvas")
        await expect(charts).to_have_count(0)
        caller, session = await in_db(begin)(shared_world)
        await expect(charts).to_have_count(1)
        await desk.page.wait_for_function(DRAWN)
        await desk.check_accessibility()
        await desk.shoot("station-chart-of-a-new-charge", whole=True)
        await in_db(end)(caller, session)
        await expect(charts).to_have_count(0)
        assert await desk.page.evaluate(INSTANCES) == 0
