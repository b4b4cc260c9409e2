"""The next version of a plan: written beside its week and the calculator, published, compared, withdrawn."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.async_api import expect

from billing.models import TariffPlan, TariffVersion
from charging.tests.world import World, minutes
from drivepower.tests.browser.desk import sitting
from drivepower.tests.browser.spending import sound, spend
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk, walking
from ocpp_consumer.tests.server import Server, in_db

NIGHT = {"name": "Night", "price": "9", "starts": "22:00", "ends": "07:00"}
NEXT_WEEK = datetime.combine(timezone.now() + timedelta(days=7), time(0), ZoneInfo("Asia/Bishkek"))


async def finding(walk: Walk, kind: str, *, is_there: bool = True) -> None:
    """An overlap or a hole is marked beside the week, or is no more."""
    found = walk.page.locator(f"#week [data-finding={kind}]").first
    await found.wait_for(state="visible" if is_there else "detached")


async def write(walk: Walk) -> None:
    """A price by day and one by night; what is wrong between the two is seen and mended."""
    rule = walk.page.locator("[name=rules-0-price]")
    await rule.fill("16.5")
    for name, value in NIGHT.items():
        await walk.page.locator(f"[name=rules-1-{name}]").fill(value)
    await walk.page.locator("[name=rules-1-dimension]").select_option("per_kwh")
    await finding(walk, "overlap")
    await walk.page.locator("#week td[data-disputed]").first.wait_for()
    for name, value in (("starts", "07:00"), ("ends", "21:00")):
        await walk.page.locator(f"[name=rules-0-{name}]").fill(value)
    await finding(walk, "overlap", is_there=False)
    await finding(walk, "hole")
    await walk.page.locator("#week").scroll_into_view_if_needed()
    await walk.keep("hole")
    await walk.page.locator("[name=rules-0-ends]").fill("22:00")
    await finding(walk, "hole", is_there=False)


async def calculate(walk: Walk) -> None:
    """Ten kilowatt-hours by night cost ten times nine, and an hour over the edge as much of both."""
    said = walk.page.locator(".calculated-total b")
    for name, value in (("energy", "10"), ("minutes", "60"), ("starts", f"{NEXT_WEEK:%Y-%m-%d}T23:00")):
        await walk.page.locator(f"[name=calc-{name}]").fill(value)
    await said.filter(has_text=walk.amount("90")).wait_for()
    await walk.page.locator("[name=calc-starts]").fill(f"{NEXT_WEEK:%Y-%m-%d}T21:30")
    await said.filter(has_text=walk.amount("127.50")).wait_for()
    await walk.page.locator("#calculator").scroll_into_view_if_needed()
    await walk.shoot("calculated")


async def publish(walk: Walk) -> None:
    """From a moment to come, with a reason."""
    await walk.page.locator("[name=in_force_from]").fill(f"{NEXT_WEEK:%Y-%m-%dT%H:%M}")
    await walk.page.locator("[name=reason]").fill("Cheaper nights")
    await walk.button("Publish").click()
    await walk.reads("Version %(number)d is published.", number=2)
    await walk.keep("published")


async def withdraw(walk: Walk) -> None:
    """What differs is read in the history, then the version is taken back."""
    first, dearer = walk.page.locator("#history li").first, f"{walk.price('15')} → {walk.price('16.5')}"
    await first.locator("li", has_text=dearer).wait_for()
    await first.locator("li", has_text="Night").wait_for()
    await walk.button("Compare").click()
    await walk.page.locator(".compared li", has_text=dearer).wait_for()
    await walk.page.locator("#history").scroll_into_view_if_needed()
    await walk.keep("history")
    await walk.link(walk.word("Withdraw v%(number)s", number=2)).click()
    await walk.page.locator("[name=reason]").fill("Not yet")
    await walk.keep("withdraw")
    await walk.button("Withdraw").click()
    await walk.reads("Version %(number)d is withdrawn: version %(by)d stands for it.", number=2, by=3)
    await walk.shoot("withdrawn", whole=True)


def prices(plan: TariffPlan) -> dict[int, list[str]]:
    """What each version asks by its rules."""
    versions = TariffVersion.objects.filter(plan=plan).order_by("number")
    return {one.number: [f"{rule.price:.2f}" for rule in one.rules.order_by("pk")] for one in versions}


@IN_BOTH_LANGUAGES
async def test_a_version_is_written_published_and_withdrawn(portal: Server, shared_world: World, language: str) -> None:
    plan = shared_world.plan
    page = f"/admin/billing/tariffplan/{plan.pk}/change/"
    driver = await in_db(shared_world.driver)("1000.00")
    async with walking(portal, "tariff", "Operator", language=language, guide="desk") as walk:
        await walk.through_menu("/admin/billing/tariffplan/")
        await walk.click(walk.page.locator("#result_list").get_by_role("link", name="Plain", exact=True))
        await walk.action("New version").click()
        await write(walk)
        await calculate(walk)
        await publish(walk)
        assert await in_db(prices)(plan) == {1: ["15.00"], 2: ["16.50", "9.00"]}
        await walk.desk.open(page)
        await withdraw(walk)
    assert await in_db(prices)(plan) == {1: ["15.00"], 2: ["16.50", "9.00"], 3: ["15.00"]}
    await in_db(spend)(shared_world, driver, at=NEXT_WEEK + minutes(23 * 60))
    assert await in_db(sound)(shared_world, driver=driver) == {"driver": ("617.50", "0.00", "0.00")}


@pytest.mark.parametrize("lost", [None, "sessionid"], ids=["every cookie", "the session"])
async def test_whoever_is_logged_out_reads_that_the_grid_is_old(
    portal: Server, shared_world: World, lost: str | None
) -> None:
    """Without the token the server refuses, without the session it answers with the page of logging in."""
    async with sitting(portal, "Operator") as desk:
        await desk.open(f"/admin/billing/tariffplan/{shared_world.plan.pk}/new_version/")
        week, stale = desk.page.locator("#week"), desk.page.locator("[data-stale]")
        await week.get_by_text("15.00 Energy").first.wait_for()
        await desk.page.context.clear_cookies(name=lost)
        await desk.page.locator("[name=rules-0-price]").fill("19")
        await stale.wait_for()
        await expect(week.get_by_text("15.00 Energy").first).to_be_visible()
        await expect(desk.page.locator("[name=password]")).to_have_count(0)
        expected = ("draft/", "/admin/login/")  # what the console says of being logged out
        desk.troubles = [one for one in desk.troubles if not any(part in one for part in expected)]
