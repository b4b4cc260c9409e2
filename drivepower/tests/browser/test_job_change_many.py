"""A configuration key is set at all stations of a label, a wave after the other."""

import asyncio
from contextlib import AsyncExitStack

from drivepower.tests.browser.standing import stand
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk, simulated, walking
from ocpp_consumer.tasks import go_on_with_bulk
from ocpp_consumer.tests.server import PATIENCE, Server, eventually, in_db
from stations.models import BulkCommand, ConfigurationKey, ConnectorState

CODES = ("BSK-01", "BSK-02", "BSK-03")
NORTH = {"BSK-01", "BSK-02"}


async def write(walk: Walk) -> None:
    """What is wanted, of whom and how."""
    for name, value in (("over", "label"), ("label", "north"), ("kind", "configuration")):
        await walk.page.locator(f"select[name={name}]").select_option(value)
    await walk.page.locator("textarea[name=values]").fill("MeterValueSampleInterval = 30")
    await walk.page.locator("input[name=wave_size]").fill("1")
    await walk.page.locator("input[name=most_failures]").fill("0")
    await walk.button("Look at what will happen").click()
    await walk.page.locator("#preview").wait_for()
    await walk.page.locator("input[name=typed]").fill(str(len(NORTH)))
    await walk.keep("preview")
    await walk.button("Begin").click()


async def carry_out() -> None:
    """The sweep runs as the worker's clock runs it, until the job is done."""
    async with asyncio.timeout(PATIENCE):
        while not await in_db(BulkCommand.objects.filter(state=BulkCommand.State.DONE).exists)():
            await in_db(go_on_with_bulk)()
            await asyncio.sleep(0.05)


@IN_BOTH_LANGUAGES
async def test_it_goes_in_waves_to_its_end(portal: Server, language: str) -> None:
    async with AsyncExitStack() as stack:
        for code in CODES:
            key = await in_db(stand)(code, labels=["north"] if code in NORTH else [])
            await stack.enter_async_context(simulated(portal, f"CP-{code}", key))
        await eventually(lambda: ConnectorState.objects.filter(number=1).count() == len(CODES), "all are up")
        async with walking(portal, "change-many", "Operator", language=language) as walk:
            await walk.click(walk.in_menu("/admin/stations/bulkcommand/"))
            await walk.click(walk.link("Begin a job"))
            await write(walk)
            await walk.page.locator(".bulk-standing[data-state=running]").wait_for()
            await carry_out()
            await walk.page.locator(".bulk-standing[data-state=done]").wait_for()
            await walk.keep()
    changed = ConfigurationKey.objects.filter(key="MeterValueSampleInterval", value="30")
    assert set(await in_db(lambda: list(changed.values_list("station__code", flat=True)))()) == NORTH
