"""A station asked on a phone about the hour that comes twice: its chart goes on through it, and either is taken."""

from playwright.async_api import expect

from charging.tests.world import World
from drivepower.portal.tests.explain.nights import HALF_PAST_TWO, charged, move_to_berlin
from drivepower.portal.tests.explain.pages import page_of, time_of
from drivepower.tests.browser.desk import PHONE, sitting
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES
from ocpp_consumer.tests.server import Server, in_db

LABELS = "canvas => Chart.getChart(canvas)?.data.labels"
WORDS = {
    "en": ("the first was taken (UTC+02:00)", "the second was taken (UTC+01:00)", "Take the other one"),
    "ru": ("Взято первое (UTC+02:00)", "Взято второе (UTC+01:00)", "Взять другое"),
}


@IN_BOTH_LANGUAGES
async def test_it_is_told_which_one_it_was(portal: Server, shared_world: World, language: str) -> None:
    first, second, other = WORDS[language]
    await in_db(move_to_berlin)(shared_world)
    session = await in_db(charged)(shared_world)
    async with sitting(portal, "Support", language=language, size=PHONE) as desk:
        await desk.open(page_of(session))
        chart = desk.page.locator("canvas[data-readings]")
        await desk.page.wait_for_function(f"({LABELS})(document.querySelector('canvas[data-readings]'))")
        assert await chart.evaluate(LABELS) == [
            "02:30 (UTC+02:00)",
            "02:45 (UTC+02:00)",
            "02:00 (UTC+01:00)",
            "02:15 (UTC+01:00)",
            "02:30 (UTC+01:00)",
        ]
        await desk.shoot(f"doubled-hour-{language}", whole=True)
        await desk.open(time_of(shared_world.station, since=HALF_PAST_TWO, until="2026-10-25T03:00"))
        await expect(desk.page.get_by_text(first)).to_be_visible()
        await desk.check_accessibility()
        await desk.shoot(f"doubled-hour-of-a-station-{language}", whole=True)
        await desk.page.get_by_role("link", name=other).click()
        await expect(desk.page.get_by_text(second)).to_be_visible()
