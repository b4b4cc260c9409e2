"""A provider's register: brought as a file, its difference seen and explained, its commissions booked."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from playwright.async_api import FilePayload

from accounts.models import User
from billing.models import ProviderRegister, RegisterLine, Transfer
from billing.tests.registers import credited, file_of, line
from charging.tests.world import World
from drivepower.tests.browser.spending import moved, sound
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk, walking
from ocpp_consumer.tests.server import Server, in_db

LIST = "/admin/billing/providerregister/"
TOLD = (
    line("payment", "T-1", "500", "5"),
    line("payment", "T-2", "300.40", "3.01"),
    line("remittance", "R-1", "792.39"),
)
FILE = FilePayload(name="march.csv", mimeType="text/csv", buffer=file_of(*TOLD))


def paid(world: World) -> User:
    """One of its two payments is in our books."""
    driver = world.driver("0", name="Aizada Osmonova")
    credited("T-1", "500.00", at=timezone.now() - timedelta(days=1), wallet=world.wallet(driver))
    return driver


async def bring(walk: Walk) -> None:
    """What it says is seen before anything is stored: sums, and what differs first."""
    await walk.through_menu(LIST)
    await walk.click(walk.action("Import a file"))
    await walk.page.locator("[name=provider]").select_option("sandbox")
    await walk.page.locator("[name=file]").set_input_files(FILE)
    await walk.keep("file")
    await walk.button("Look at it").click()
    first = walk.page.locator(".upload-wide tbody tr").first
    assert walk.word("we know nothing of it") in await first.inner_text()
    sums = await walk.page.locator(".upload-sums dd").all_inner_texts()
    assert sums == [walk.amount(one) for one in ("800.40", "0", "8.01", "792.39")]
    await walk.keep("look")
    await walk.button("Store it").click()
    await walk.reads("The file is stored.")
    await walk.keep("stored")


async def book(walk: Walk) -> None:
    """The dialog, with the person's word that they have compared it."""
    dialog = await walk.dialog("Book")
    await dialog.locator("[name=is_looked_at]").check()
    await dialog.locator("button[type=submit]").click()


async def explain(walk: Walk) -> None:
    """Say what was done about the line that nobody knew."""
    await walk.desk.fact(walk.word("lines")).get_by_role("link").nth(1).click()
    await walk.page.locator("#result_list").get_by_role("link", name="T-2").first.click()
    dialog = await walk.dialog("Note what was done")
    await dialog.locator("[name=text]").fill("Credited by hand on Monday")
    await walk.shoot("note")
    await dialog.locator("button[type=submit]").click()
    await walk.desk.fact(walk.word("what was done about it")).get_by_text("Credited by hand on Monday").wait_for()
    await walk.keep("explained")


@IN_BOTH_LANGUAGES
async def test_a_register_is_brought_explained_and_booked(portal: Server, shared_world: World, language: str) -> None:
    driver = await in_db(paid)(shared_world)
    async with walking(portal, "register", "Finance", language=language, guide="desk") as walk:
        await bring(walk)
        page = walk.page.url
        await book(walk)
        await walk.reads("Say first what was done about each difference.")
        await walk.keep("not-yet")
        await walk.page.goto(page)
        await explain(walk)
        await walk.page.goto(page)
        await book(walk)
        await walk.desk.fact(walk.word("transfers")).get_by_text(walk.amount("792.39")).wait_for()
        await walk.shoot("booked", whole=True)
    assert await in_db(ProviderRegister.objects.filter(booked_at=None).count)() == 0
    assert await in_db(RegisterLine.objects.get)(difference="unknown")
    assert await in_db(moved)(Transfer.Kind.COMMISSION) == [("commissions", "clearing:sandbox", Decimal("8.01"))]
    assert await in_db(moved)(Transfer.Kind.REMITTANCE) == [("clearing:bank", "clearing:sandbox", Decimal("792.39"))]
    assert await in_db(sound)(shared_world, driver=driver) == {"driver": ("500.00", "0.00", "0.00")}
