"""Five complaints about starts and stops, each answered by its explanation in two clicks."""

from charging.tests.world import World
from drivepower.tests.browser import complaints
from drivepower.tests.browser.calling import Call, answered, calls, play
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk
from ocpp_consumer.tests.server import Server, in_db

# By the names of their pictures.
TOLD = {
    "did-not-charge": Call(
        "08:10",
        complaints.did_not_charge,
        "The station accepted the start, but no cable was plugged in before its time ran out.",
    ),
    "stopped-by-itself": Call(
        "11:00",
        complaints.stopped_by_itself,
        "The car stopped drawing power before the end: it was full, or its own limit or timer was reached.",
    ),
    "limit": Call("13:00", complaints.beyond_the_limit, "It reached its limit, and we stopped it."),
    "cable": Call("16:20", complaints.cable_stays, "The connector says that the cable is still in."),
    "could-not-start": Call(
        "18:40",
        complaints.could_not_start,
        "The station or its connector was out of service, faulted, or not registered.",
    ),
}


async def unlock(walk: Walk) -> None:
    """The plug may be let go in place."""
    await walk.click(walk.page.locator(".station-bar").get_by_role("button", name=walk.word("Unlock the plug")))
    await walk.page.locator("#modal-content #dialog").wait_for()
    assert await walk.page.locator("#dialog [name=connectorId]").input_value() == "1"
    await walk.keep("cable-unlock")


@IN_BOTH_LANGUAGES
async def test_support_explains_starts_and_stops(portal: Server, shared_world: World, language: str) -> None:
    played = await in_db(play)(shared_world, language, TOLD)
    async with calls(portal, language) as walk:
        async for name in answered(walk, TOLD, played):
            if name == "cable":
                await unlock(walk)
