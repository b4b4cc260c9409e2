"""A driver says that a charge failed at 18:40: by the phone alone to what happened, in three clicks.

With the hour beside the phone it takes two: see the twelve complaints of the guide for support.
"""

from charging.models import Session
from charging.tests.world import World
from drivepower.tests.browser.calling import calls, driver_found
from drivepower.tests.browser.complaints import Caller, could_not_start, stopped_by_itself, yesterday
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES
from ocpp_consumer.tests.server import Server, in_db


def evening(world: World, language: str) -> Session:
    """A start that was refused at 18:40, and a charge of the same driver before it; answers the refused one."""
    caller = Caller.at(world, language)
    stopped_by_itself(caller, yesterday("15:40"))
    return could_not_start(caller, yesterday("18:40"))


@IN_BOTH_LANGUAGES
async def test_the_phone_alone_leads_there_by_the_drivers_page(
    portal: Server, shared_world: World, language: str
) -> None:
    session = await in_db(evening)(shared_world, language)
    async with calls(portal, language) as walk:
        await driver_found(walk)
        await walk.desk.check_accessibility()
        row = walk.page.locator("#charges tbody tr").first
        await walk.click(row.get_by_role("link", name=walk.word("Explain"), exact=True))
        title = walk.word("What happened: session %(number)s", number=session.pk)
        await walk.page.get_by_role("heading", name=title).first.wait_for()
        assert walk.clicks == 3
