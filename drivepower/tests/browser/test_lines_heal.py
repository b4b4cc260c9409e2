"""A page whose line breaks says so, and goes on by itself when there is one again: nobody reloads it."""

from playwright.async_api import Locator, expect

from charging.tests.world import World
from drivepower.core import doorbell
from drivepower.tests.browser.desk import Desk, sitting
from ocpp_consumer.tests.server import Server, in_db

OFFLINE = "ERR_INTERNET_DISCONNECTED"


async def take_the_line_away(desk: Desk, server: Server) -> None:
    """The network is gone: what is open breaks, and nothing new can be opened."""
    await desk.page.context.set_offline(True)
    loop = server.servers[0].get_loop()
    for connection in list(server.server_state.connections):
        loop.call_soon_threadsafe(connection.transport.abort)


async def give_it_back(desk: Desk) -> None:
    """It is there again; that tries failed in between is no trouble of the page's."""
    await desk.page.context.set_offline(False)
    desk.troubles[:] = [trouble for trouble in desk.troubles if OFFLINE not in trouble]


async def is_the_same_page(desk: Desk) -> bool:
    """Whether it was never loaded anew since it was marked."""
    return bool(await desk.page.evaluate("window.neverReloaded === true"))


async def break_connector(world: World) -> None:
    """A connector says that it is faulted."""
    await in_db(world.say)(world.two, "Faulted")
    doorbell.tell_portal({"type": "portal.changed", "what": ["connectors"]})


async def breaks_and_heals(
    desk: Desk, server: Server, world: World, *, lost: Locator, shown: Locator, before: str, after: str
) -> None:
    """The page tells that it is old, and what happens later appears in it."""
    await desk.page.evaluate("window.neverReloaded = true")
    await expect(shown).to_have_text(before)
    await expect(lost).to_be_hidden()

    await take_the_line_away(desk, server)
    await expect(lost).to_be_visible()
    await break_connector(world)
    await expect(shown).to_have_text(before)

    await give_it_back(desk)
    await expect(lost).to_be_hidden()
    await expect(shown).to_have_text(after)
    assert await is_the_same_page(desk)


async def test_a_live_list_heals(portal: Server, shared_world: World) -> None:
    async with sitting(portal) as desk:
        async with desk.page.expect_websocket(lambda line: "/portal/rows" in line.url) as opened:
            await desk.open("/admin/stations/connector/?o=1")
        await (await opened.value).wait_for_event("framereceived")
        row = desk.page.locator(f"tr:has(input[value='{shared_world.two.pk}'])")
        await breaks_and_heals(
            desk,
            portal,
            shared_world,
            lost=desk.page.locator("[data-live-list] [data-lost]"),
            shown=row.locator(".field-status"),
            before="Available",
            after="Faulted",
        )


async def test_the_start_page_heals(portal: Server, shared_world: World) -> None:
    async with sitting(portal) as desk:
        await desk.open("/admin/")
        await expect(desk.page.locator("[data-mark]")).to_have_attribute("data-mark", "live")
        await breaks_and_heals(
            desk,
            portal,
            shared_world,
            lost=desk.page.get_by_text("Connection lost: these figures are old. Trying again…"),
            shown=desk.page.locator(".tile-value [data-live=connectors_faulted]"),
            before="0",
            after="1",
        )
