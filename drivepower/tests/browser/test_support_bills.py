"""Four complaints about bills, each answered by its explanation in two clicks."""

from charging.tests.world import World
from drivepower.tests.browser import complaints
from drivepower.tests.browser.calling import PHONE, Call, answered, ask, calls, play
from drivepower.tests.browser.complaints import yesterday
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES
from ocpp_consumer.tests.server import Server, in_db

# By the names of their pictures.
TOLD = {
    "taken-twice": Call(
        "09:00",
        complaints.taken_twice,
        "It is one charge, and nothing was taken twice: together the payments are its price.",
    ),
    "idle-fee": Call(
        "12:00",
        complaints.idle_fee,
        "The idle fee keeps the connector free for others; the app told when it would begin.",
    ),
    "held": Call("20:00", complaints.held, "The held money is free as soon as the charge is settled."),
    "price": Call(
        "17:30",
        complaints.why_so_much,
        "Another price began while it charged: each part is billed by the price of its own hours.",
    ),
}


@IN_BOTH_LANGUAGES
async def test_support_explains_bills(portal: Server, shared_world: World, language: str) -> None:
    played = await in_db(play)(shared_world, language, TOLD)
    async with calls(portal, language) as walk:
        assert [name async for name in answered(walk, TOLD, played)] == [*TOLD]
        await walk.page.locator("[data-axis]").evaluate("part => part.scrollIntoView()")
        await walk.keep("axis")
        await walk.start()
        await ask(walk, f"{PHONE} {yesterday('17:30'):%d.%m} 17:30")
        await walk.keep("find")
