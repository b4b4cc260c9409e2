"""A driver calls, and support finds their charge by the phone number."""

from charging.tests.world import NOW, World, minutes
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, walking
from ocpp_consumer.tests.server import Server, in_db


def charge(world: World) -> int:
    """A charge of an hour ago, and one of somebody else; the number of the first."""
    person = world.driver(name="Aizada Osmonova", phone="+996555123456")
    session = world.charging(person)
    world.read(session, 13_400, at=NOW + minutes(20), power_w=48_000)
    world.end(session, 21_000, at=NOW + minutes(40))
    world.charging(world.driver(name="Bakyt Asanov", phone="+996700111222"))
    return session.pk


@IN_BOTH_LANGUAGES
async def test_it_is_found_by_the_phone(portal: Server, shared_world: World, language: str) -> None:
    number = await in_db(charge)(shared_world)
    async with walking(portal, "find-session", "Support", language=language) as walk:
        await walk.click(walk.page.locator("form[data-find] button"))
        await walk.page.locator("#find input[type=search]").fill("0555 12 34 56")
        sessions = walk.page.get_by_role("option", name=walk.word("Sessions of %(name)s", name="Aizada Osmonova"))
        await sessions.wait_for()
        await walk.keep()
        await walk.click(sessions)
        await walk.link(f"#{number}").wait_for()
        assert await walk.page.locator("#result_list tbody tr").count() == 1
        await walk.click(walk.link(f"#{number}"))
        await walk.page.get_by_text("Aizada Osmonova").first.wait_for()
        await walk.keep("page")
