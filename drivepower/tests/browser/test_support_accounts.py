"""Three complaints that the driver's own page answers, in three clicks at most."""

from charging.tests.world import World
from drivepower.tests.browser import complaints
from drivepower.tests.browser.calling import calls, driver_found, quoted, shows_what_is_quoted
from drivepower.tests.browser.complaints import Caller, yesterday
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk
from ocpp_consumer.tests.server import Server, in_db


def play(world: World, language: str) -> str:
    """A top-up that never came, a card that they blocked themselves, and a charge; its receipt's number."""
    caller = Caller.at(world, language)
    complaints.no_money(caller, yesterday("10:15"))
    complaints.card_not_taken(caller)
    receipt = complaints.why_so_much(caller, yesterday("17:30")).receipt
    assert receipt is not None
    return receipt.full_number


async def card(walk: Walk) -> None:
    """It is blocked, and by whom."""
    await driver_found(walk)
    cards = walk.page.locator("#cards")
    await cards.get_by_text(walk.word("by the driver")).wait_for()
    await cards.evaluate("part => part.scrollIntoView({block: 'center'})")
    await shows_what_is_quoted(walk, "card")
    assert walk.clicks == 2


async def top_up(walk: Walk) -> None:
    """It was given up, and what the provider was asked."""
    await driver_found(walk)
    await walk.click(walk.page.locator("#top-ups tbody a").first)
    await walk.reads("Asked the provider how it stands.")
    await walk.page.get_by_text(walk.word("Asked for %(amount)s by %(method)s.").partition("%")[0]).first.evaluate(
        "part => part.scrollIntoView({block: 'center'})"
    )
    await shows_what_is_quoted(walk, "top-up")
    assert walk.clicks == 3


async def receipt(walk: Walk, number: str) -> None:
    """It is sent once more."""
    await driver_found(walk)
    await walk.click(walk.page.locator("#charges").get_by_role("button", name=walk.word("Send the receipt again")))
    dialog = walk.page.locator("#modal-content #dialog")
    await dialog.wait_for()
    await walk.keep("receipt")
    assert walk.clicks == 3
    before, after = quoted(walk, "receipt")
    assert before in (await dialog.inner_text()).replace("\xa0", " ")
    await dialog.get_by_role("button", name=walk.word("Send"), exact=True).click()
    assert after == walk.word("Receipt %(number)s is on its way again.", number=number)
    await walk.page.get_by_text(after).first.wait_for()


@IN_BOTH_LANGUAGES
async def test_support_answers_from_the_drivers_page(portal: Server, shared_world: World, language: str) -> None:
    number = await in_db(play)(shared_world, language)
    async with calls(portal, language) as walk:
        await card(walk)
        await top_up(walk)
        await receipt(walk, number)
