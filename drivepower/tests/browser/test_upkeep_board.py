"""A technician takes a report from the board to its end, on a desk and on a phone."""

from django.utils import timezone

from charging.tests.world import World
from drivepower.core.models import Alert
from drivepower.tests.browser.desk import PHONE, sitting
from ocpp_consumer.tests.server import Server, in_db
from stations.models import Maintenance, Report

BOARD = "/admin/upkeep/"


def fill(world: World) -> None:
    """A report, an alert, and work of each state."""
    now = timezone.now()
    Report.objects.create(station=world.station, said_by="driver:x", text="The cable is torn", number=1, made_at=now)
    Alert.objects.create(
        kind="station_offline", subject=f"station:{world.station.code}", text="No word for 20 min", opened_at=now,
        last_at=now,
    )  # fmt: skip
    Maintenance.objects.create(station=world.station, what="Yearly check", made_by="x", made_at=now, starts_at=now)
    Maintenance.objects.create(
        station=world.station, what="Screen changed", made_by="x", made_at=now, state="done", ended_at=now
    )


async def test_a_report_goes_to_its_end(portal: Server, shared_world: World) -> None:
    await in_db(fill)(shared_world)
    async with sitting(portal, "Technician") as desk:
        await desk.open(BOARD)
        await desk.shoot("upkeep-board")
        await desk.check_accessibility()
        card = desk.page.locator("article", has_text="The cable is torn")
        await card.get_by_role("button", name="Plan work").click()
        await card.get_by_role("button", name="Begin").click()
        under_way = desk.page.get_by_role("region", name="Under way").locator("article")
        await under_way.get_by_text("Finish").click()
        await under_way.get_by_label("Cost").fill("250")
        await under_way.get_by_role("button", name="Done").click()
        done = desk.page.get_by_role("region", name="Done").locator("article", has_text="The cable is torn")
        await done.get_by_text("Answer the driver").click()
        await done.get_by_label("No way to answer: nobody left one.").fill("It is mended.")
        await done.get_by_role("button", name="Answer").click()
        await desk.page.get_by_text("→ It is mended.").wait_for()
    assert await in_db(lambda: Report.objects.get().state)() == Report.State.ANSWERED


async def test_it_fits_a_phone_in_the_dark(portal: Server, shared_world: World) -> None:
    await in_db(fill)(shared_world)
    async with sitting(portal, "Operator", size=PHONE, dark=True, language="ru") as desk:
        await desk.open(BOARD)
        await desk.page.locator("article summary").first.click()
        wide = await desk.page.evaluate("document.documentElement.scrollWidth")
        await desk.shoot("upkeep-board-phone-dark-ru", whole=True)
        await desk.check_accessibility()
        assert wide <= PHONE["width"]
