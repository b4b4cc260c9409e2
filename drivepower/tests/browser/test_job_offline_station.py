"""A station has gone: an operator sees since when and why, and restarts it when it is back."""

import asyncio
from datetime import UTC, datetime

from drivepower.tests.browser.standing import stand
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk, simulated, walking
from ocpp_consumer.simulator import Station as Simulated
from ocpp_consumer.tests.server import PATIENCE, Server, eventually, in_db
from stations.models import Command, ConnectionSpan, ConnectorState

CODE = "BSK-04"


async def look_why(walk: Walk) -> None:
    """Its spans of connection, and its last words."""
    await walk.click(walk.page.locator("ul.stations a", has_text=CODE))
    await walk.page.locator("#stripe dt", has_text=walk.word("Offline")).wait_for()
    await walk.click(walk.link("Connection"))
    await walk.page.get_by_role("heading", name=walk.word("Spans of connection")).wait_for()
    await walk.keep()
    await walk.click(walk.link("Log"))
    await walk.page.locator("code", has_text="BootNotification").first.wait_for()
    await walk.keep("frames")


async def restart(walk: Walk) -> None:
    """The dialog, and how the command comes to its effect."""
    await walk.start()
    await walk.click(walk.page.locator("ul.stations a", has_text=CODE))
    await walk.click(walk.page.locator("summary", has_text=walk.word("Commands")).first)
    await walk.click(walk.button("Restart the station"))
    await walk.page.locator("#dialog select").select_option("Hard")
    await walk.button("Send").click()
    await walk.button("Yes, send it").click()
    seen = walk.page.locator("#dialog .ledger li", has_text=walk.word("Effect"))
    await seen.filter(has_text=walk.word("seen")).and_(walk.page.locator("[data-tone=done]")).wait_for()
    await walk.keep("ledger")


def booted_since(moment: datetime) -> bool:
    """Whether a command of that time has been seen to work."""
    return Command.objects.filter(intent="Reset", effect="seen", asked_at__gt=moment).exists()


async def go(station: Simulated) -> None:
    """It loses its socket, and the house notes that."""
    await eventually(ConnectorState.objects.filter(number=1).exists, "it is up")
    await station.go_offline()
    await eventually(ConnectionSpan.objects.filter(until__isnull=False).exists, "it is gone")


@IN_BOTH_LANGUAGES
async def test_it_is_understood_and_restarted(portal: Server, language: str) -> None:
    begun = datetime.now(UTC)
    key = await in_db(stand)(CODE)
    async with simulated(portal, f"CP-{CODE}", key) as station:
        await go(station)
        async with walking(portal, "offline-station", "Operator", language=language) as walk:
            await look_why(walk)
            async with asyncio.timeout(PATIENCE):
                await station.come_online()
            await restart(walk)
    assert await in_db(booted_since)(begun)
