"""An explanation is printed as it was chosen on the screen, and the paper says what it leaves out."""

from playwright.async_api import Locator, expect

from charging.models import Session
from charging.tests.world import World
from drivepower.tests.browser.complaints import Caller, stopped_by_itself, yesterday
from drivepower.tests.browser.desk import sitting
from ocpp_consumer.tests.server import Server, in_db


def charge(world: World) -> Session:
    """One that the car ended."""
    return stopped_by_itself(Caller.at(world, "en"), yesterday("15:40"))


async def drawn_as(chip: Locator) -> str:
    """How its text is struck out, if it is."""
    line: str = await chip.evaluate("(one) => getComputedStyle(one).textDecorationLine")
    return line


async def test_the_paper_says_what_it_leaves_out(portal: Server, shared_world: World) -> None:
    session = await in_db(charge)(shared_world)
    async with sitting(portal, "Support") as desk:
        await desk.open(f"/admin/explain/session/{session.public_id}/")
        chips = desk.page.locator("[data-chips]")
        await chips.locator("[data-show=all]").click()
        money = chips.locator("[data-kind=transfer]")
        await money.click()
        assert await drawn_as(money) == "none"
        await desk.page.emulate_media(media="print")
        await expect(chips).to_be_visible()
        await expect(chips.locator("[data-show]:visible")).to_have_text(["All"])
        assert await drawn_as(money) == "line-through"
        assert {await drawn_as(one) for one in await chips.locator("[data-kind][aria-pressed=true]").all()} == {"none"}
        await expect(desk.page.locator("#nav-sidebar")).to_be_hidden()
        await desk.shoot("explain-on-paper", whole=True)
