"""A shift is written on a desk: both of its ends have a name that can be read, and nothing lies beside the page."""

from charging.tests.world import World
from drivepower.tests.browser.desk import sitting
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES
from ocpp_consumer.tests.server import Server

BESIDE = "document.documentElement.scrollWidth - window.innerWidth"
# What lies on top in the middle of a label.
SEEN = """label => {
    const {left, top, width, height} = label.getBoundingClientRect();
    return label.contains(document.elementFromPoint(left + Math.min(width, 20) / 2, top + height / 2));
}"""


@IN_BOTH_LANGUAGES
async def test_both_ends_are_named(portal: Server, shared_world: World, language: str) -> None:
    async with sitting(portal, "Operator", language=language) as desk:
        await desk.open("/admin/accounts/dutyshift/add/")
        for name in ("since", "until"):
            assert await desk.page.locator(f".field-{name} label").first.evaluate(SEEN), name
        assert await desk.page.evaluate(BESIDE) <= 0
        await desk.check_accessibility()
