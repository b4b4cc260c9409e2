"""The page of a session on a phone: its head can be read whole, and it says in words why the charge ended."""

from playwright.async_api import expect

from charging.models import Session
from charging.tests.world import World
from drivepower.tests.browser.complaints import Caller, beyond_the_limit, yesterday
from drivepower.tests.browser.desk import PHONE, sitting
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES
from ocpp_consumer.tests.server import Server, in_db

WORDS = {
    "en": ("we asked the station to stop", "its limit is nearly reached"),
    "ru": ("мы попросили станцию остановиться", "её лимит почти достигнут"),
}
CUT = """parts => parts.filter(part => part.offsetWidth && part.scrollWidth > part.clientWidth)
    .map(part => part.textContent)"""


def play(world: World, language: str) -> Session:
    """A charge that reached its limit."""
    return beyond_the_limit(Caller.at(world, language), yesterday("13:00"))


@IN_BOTH_LANGUAGES
async def test_it_can_be_read_on_a_phone(portal: Server, shared_world: World, language: str) -> None:
    session = await in_db(play)(shared_world, language)
    async with sitting(portal, "Support", language=language, size=PHONE) as desk:
        await desk.open(f"/admin/charging/session/{session.pk}/change/")
        for words in WORDS[language]:
            await expect(desk.page.get_by_text(words)).to_be_visible()
        assert await desk.page.get_by_text("Remote", exact=True).count() == 0
        await desk.shoot(f"session-phone-{language}", whole=True)
        title = desk.page.locator("#header-inner h1 > *")
        await expect(title.last).to_contain_text(f"#{session.pk}")
        assert await title.evaluate_all(CUT) == []
        await desk.check_accessibility()
