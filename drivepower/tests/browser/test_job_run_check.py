"""One button tells in words whether a station is well."""

from drivepower.tests.browser.standing import stand
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, simulated, walking
from ocpp_consumer.tests.server import Server, eventually, in_db
from stations.models import ConnectorState

CODE = "BSK-02"


@IN_BOTH_LANGUAGES
async def test_it_gives_a_verdict(portal: Server, language: str) -> None:
    key = await in_db(stand)(CODE)
    async with simulated(portal, f"CP-{CODE}", key):
        await eventually(ConnectorState.objects.filter(number=1).exists, "it is up")
        async with walking(portal, "run-check", "Support", language=language) as walk:
            await walk.click(walk.page.locator("ul.stations a", has_text=CODE))
            await walk.click(walk.button("Run a check"))
            verdict = walk.page.locator("#dialog [data-verdict]")
            await verdict.wait_for()
            assert await verdict.get_attribute("data-tone") == "good", await verdict.inner_text()
            await walk.keep()
