"""Balances from another system: a file that does not add up, one that does, and a second person who books it."""

from decimal import Decimal

from playwright.async_api import FilePayload

from accounts.models import User
from billing.models import OpeningImport, Transfer
from charging.tests.world import World
from drivepower.tests.browser.desk import Desk, sitting
from drivepower.tests.browser.spending import moved, sound
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk, walking
from ocpp_consumer.tests.server import Server, in_db

LIST = "/admin/billing/openingimport/"
BALANCES = "owner,amount\naizada@example.com,1250.35\n+996555700800,-20.10\n"
FILE = FilePayload(name="balances.csv", mimeType="text/csv", buffer=BALANCES.encode())


def owners() -> dict[str, User]:
    """Who brings money along, and who a debt."""
    make = User.objects.create_user
    return {
        "aizada": make(email="aizada@example.com", name="Aizada Osmonova"),
        "nurlan": make(email="nurlan@example.com", name="Nurlan Asanov", phone="+996555700800"),
    }


async def bring(walk: Walk, total: str) -> None:
    """The file with what the other system says that it comes to."""
    await walk.page.locator("[name=control_total]").fill(total)
    await walk.page.locator("[name=file]").set_input_files(FILE)
    await walk.button("Look at it").click()
    await walk.page.locator(".upload-sums dd", has_text=walk.amount(total)).first.wait_for()


async def ask(walk: Walk) -> None:
    """It is not stored while its sum is another one than was told."""
    await walk.through_menu(LIST)
    await walk.click(walk.action("Import a file"))
    await walk.keep("file")
    await bring(walk, "1230.20")
    await walk.reads("The lines do not sum to the control total.")
    assert await walk.button("Store it").count() == 0
    await walk.keep("differs")
    await walk.link("Choose another file").click()
    await bring(walk, "1230.25")
    sums = await walk.page.locator(".upload-sums dd").all_inner_texts()
    assert sums == [walk.amount(one) for one in ("1250.35", "-20.10", "1230.25", "1230.25", "0")]
    await walk.shoot("adds-up")
    await walk.button("Store it").click()
    await walk.reads("The file is stored.")
    await walk.keep("stored")


async def approve(second: Desk, key: int) -> None:
    """Somebody else books it, and sees the wallet."""
    await second.open(LIST)
    await second.choose("approve", key)
    await second.page.get_by_text("1 decided.").wait_for()
    await second.check_accessibility()
    await second.open("/admin/billing/wallet/?q=aizada")
    await second.page.locator("#result_list").get_by_role("link", name="Aizada Osmonova").first.click()
    await second.page.locator(".desk tr", has_text="1250.35 KGS").first.wait_for()
    await second.check_accessibility()
    await second.shoot("desk-opening-wallet", whole=True)


@IN_BOTH_LANGUAGES
async def test_balances_are_brought_along(portal: Server, shared_world: World, language: str) -> None:
    people = await in_db(owners)()
    async with walking(portal, "opening", "Finance", language=language, guide="desk") as walk:
        await ask(walk)
        asked = await in_db(OpeningImport.objects.get)()
        assert (asked.state, await in_db(Transfer.objects.count)()) == (OpeningImport.State.ASKED, 0)
        async with sitting(portal, "Owner") as second:
            await approve(second, asked.pk)
        await walk.page.reload()
        await walk.desk.fact(walk.word("decided by")).get_by_text("owner@example.com").wait_for()
    given = [("opening", "", Decimal("1250.35")), ("receivable", "opening", Decimal("20.10"))]
    assert await in_db(moved)(Transfer.Kind.OPENING) == given
    assert await in_db(sound)(shared_world, **people) == {
        "aizada": ("1250.35", "0.00", "0.00"),
        "nurlan": ("0.00", "0.00", "20.10"),
    }
