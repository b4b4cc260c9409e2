"""A receipt that the cash register did not take: seen, tried again, registered. By day and by night."""

import pytest
from pytest_django import Settings

from billing.models import FiscalDocument, SandboxFiscalEntry
from billing.tasks import send_fiscal
from charging.tests.settling import check, ended, settle
from charging.tests.world import World
from drivepower.core.models import Alert
from drivepower.tests.browser.spending import sound
from drivepower.tests.browser.walk import Walk, walking
from ocpp_consumer.tests.server import Server, in_db

QUEUE = "/admin/billing/fiscaldocument/"
LIGHTS = pytest.mark.parametrize(
    ("language", "dark"), [("en", False), ("ru", False), ("ru", True)], ids=["en", "ru", "ru in the dark"]
)


async def see(walk: Walk, row: str) -> None:
    """It has failed, and why."""
    await walk.through_menu(QUEUE)
    failed = walk.page.locator("#result_list tr", has_text=row)
    await failed.get_by_text(walk.word("failed"), exact=True).wait_for()
    await failed.get_by_text(walk.word("the register does not take this document")).wait_for()
    await walk.keep("failed")


async def registered(walk: Walk, number: str) -> None:
    """Its page has the number of the register, and the code that a person can check."""
    await walk.desk.open(QUEUE)
    row = walk.page.locator("#result_list tr", has_text=number)
    await row.get_by_text("SANDBOX-1-00000001").wait_for()
    await row.get_by_role("link").first.click()
    await walk.desk.fact(walk.word("QR code")).locator("svg").wait_for()
    await walk.keep("registered", whole=True)


@LIGHTS
async def test_a_receipt_that_failed_is_registered(
    portal: Server, shared_world: World, settings: Settings, language: str, dark: bool
) -> None:
    settings.FISCAL_ADAPTER, settings.FISCAL_SANDBOX = "sandbox", "refuses"
    driver = await in_db(shared_world.driver)("1000.00")
    session = await in_db(ended)(shared_world, driver)
    await in_db(settle)(session)
    await in_db(send_fiscal)()
    document = await in_db(FiscalDocument.objects.select_related("receipt").get)()
    guide = "desk-dark" if dark else "desk"
    async with walking(portal, "fiscal", "Finance", language=language, guide=guide, dark=dark) as walk:
        await see(walk, document.receipt.full_number)
        await walk.desk.choose("retry", document.pk)
        await walk.reads("%(count)d tried again.", count=1)
        await walk.shoot("again")
        settings.FISCAL_SANDBOX = "works"
        await in_db(send_fiscal)()
        await registered(walk, document.receipt.full_number)
    document = await in_db(FiscalDocument.objects.select_related("receipt").get)()
    entry = await in_db(SandboxFiscalEntry.objects.get)()
    assert (document.state, document.attempts) == (FiscalDocument.State.DONE, 1)
    assert (f"{entry.amount:.2f}", entry.receipt) == ("382.50", document.receipt.full_number)
    assert await in_db(Alert.objects.filter(kind="fiscal_failed", resolved_at=None).count)() == 0
    await in_db(check)(session, "382.50")
    assert await in_db(sound)(shared_world, driver=driver) == {"driver": ("617.50", "0.00", "0.00")}
