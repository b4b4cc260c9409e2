"""Money that leaves the house takes two: finance asks for a payout and for goodwill, the owner decides on a phone."""

from decimal import Decimal

from pytest_django import Settings

from accounts.models import User
from billing.models import Goodwill, Payout, Transfer
from charging.models import Session
from charging.tests.settling import ended, settle
from charging.tests.world import World
from drivepower.tests.browser.desk import PHONE, Desk, sitting
from drivepower.tests.browser.spending import moved, sound
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk, walking
from ocpp_consumer.tests.server import Server, in_db

GOODWILL, PAYOUTS, SESSIONS = "/admin/billing/goodwill/", "/admin/billing/payout/", "/admin/charging/session/"


def paid(world: World, driver: User) -> Session:
    """A charge of 382.50."""
    session = ended(world, driver)
    settle(session)
    return session


async def ask_payout(walk: Walk, wallet: int) -> None:
    """At the wallet; the money stays there until somebody else has said yes."""
    await walk.desk.open(f"/admin/billing/wallet/{wallet}/change/")
    dialog = await walk.dialog("Pay out")
    for name, text in {"amount": "300.25", "destination": "KICB 1280, Aizada Osmonova", "reason": "Moves away"}.items():
        await dialog.locator(f"[name={name}]").fill(text)
    await walk.shoot("payout")
    await dialog.locator("button[type=submit]").click()
    await walk.page.wait_for_url(f"**{PAYOUTS}*/change/")
    await walk.reads("A second person decides about it.")
    await walk.keep("payout-asked")


async def ask_goodwill(walk: Walk, session: Session) -> None:
    """A tenth of the charge."""
    await walk.desk.open(SESSIONS)
    await walk.desk.choose("give_goodwill", session.pk)
    await walk.page.locator("input[name=percent]").fill("10")
    await walk.button("Show what each gets").click()
    await walk.page.locator("input[name=reason]").fill("A broken plug")
    await walk.button(walk.word("Give %(total)s", total=walk.amount("38.25"))).click()
    await walk.reads("A second person decides about it.")
    await walk.keep("goodwill-asked")


async def try_alone(walk: Walk, page: str, key: int) -> None:
    """Who asked is told that somebody else decides."""
    await walk.desk.open(page)
    await walk.desk.choose("approve", key)
    await walk.reads("A second person decides about this.")


async def decide(second: Desk, page: str, key: int, name: str) -> None:
    """Ticked in the list and approved, on a phone; what came of it is read on its own page."""
    await second.open(page)
    await second.choose("approve", key)
    await second.page.get_by_text("1 decided.").wait_for()
    await second.check_accessibility()
    await second.shoot(f"desk-second-phone-{name}")
    await second.open(f"{page}{key}/change/")
    await second.fact("decided by").get_by_text("owner@example.com").wait_for()
    assert await second.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await second.check_accessibility()
    await second.shoot(f"desk-second-phone-{name}-page", whole=True)


async def pay(second: Desk) -> None:
    """The bank has carried it out."""
    await second.page.get_by_role("link", name="more_horiz").click()
    await second.action("Paid").click()
    await second.page.locator("#dialog [name=said]").fill("PP-77")
    await second.page.locator("#dialog button[type=submit]").click()
    await second.fact("the bank's reference").get_by_text("PP-77").wait_for()


@IN_BOTH_LANGUAGES
async def test_two_people_give_money_away(
    portal: Server, shared_world: World, settings: Settings, language: str
) -> None:
    settings.APPROVAL_FROM = 30
    driver = await in_db(shared_world.driver)("1000.00", name="Aizada Osmonova")
    session = await in_db(paid)(shared_world, driver)
    wallet = await in_db(shared_world.wallet)(driver)
    async with walking(portal, "second", "Finance", language=language, guide="desk") as walk:
        await ask_payout(walk, wallet.pk)
        await ask_goodwill(walk, session)
        payout, given = await in_db(Payout.objects.get)(), await in_db(Goodwill.objects.get)()
        await try_alone(walk, GOODWILL, given.pk)
        await try_alone(walk, PAYOUTS, payout.pk)
        assert await in_db(sound)(shared_world, driver=driver) == {"driver": ("617.50", "0.00", "0.00")}
        async with sitting(portal, "Owner", size=PHONE) as second:
            await decide(second, GOODWILL, given.pk, "goodwill")
            await decide(second, PAYOUTS, payout.pk, "payout")
            await pay(second)
        await walk.desk.open(f"/admin/billing/wallet/{wallet.pk}/change/")
        await walk.page.locator(".desk tr", has_text=walk.amount("300.25")).first.wait_for()
        await walk.keep("wallet")
    await in_db(payout.refresh_from_db)()
    await in_db(given.refresh_from_db)()
    assert (payout.state, given.state) == (Payout.State.PAID, Goodwill.State.BOOKED)
    assert await in_db(moved)(Transfer.Kind.PAYOUT) == [("", "clearing:bank", Decimal("300.25"))]
    assert await in_db(sound)(shared_world, driver=driver) == {"driver": ("355.50", "0.00", "0.00")}
