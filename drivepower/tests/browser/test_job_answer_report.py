"""A driver has reported a problem, and gets an answer."""

from django.utils import timezone

from charging.tests.world import World
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, walking
from ocpp_consumer.tests.server import Server, in_db
from stations.models import Report


def report(world: World) -> None:
    """What a driver has seen."""
    person = world.driver(name="Aizada Osmonova", phone="+996555123456")
    said = {"said_by": f"driver:{person.public_id}", "user": person, "made_at": timezone.now()}
    Report.objects.create(station=world.station, number=1, text="The cable is too short", **said)


@IN_BOTH_LANGUAGES
async def test_the_driver_has_an_answer(portal: Server, shared_world: World, language: str) -> None:
    await in_db(report)(shared_world)
    async with walking(portal, "answer-report", "Operator", language=language) as walk:
        await walk.click(walk.in_menu("/admin/upkeep/"))
        card = walk.page.locator("article", has_text="The cable is too short")
        await walk.click(card.get_by_text(walk.word("Answer the driver")))
        await card.locator("textarea[name=text]").fill("We bring a longer one on Monday.")
        await walk.keep()
        await walk.click(card.get_by_role("button", name=walk.word("Answer"), exact=True))
        await walk.page.get_by_text("→ We bring a longer one on Monday.").wait_for()
    answered = await in_db(Report.objects.get)()
    assert (answered.state, answered.answer) == (Report.State.ANSWERED, "We bring a longer one on Monday.")
