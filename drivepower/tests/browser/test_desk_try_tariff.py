"""What last month would have earned by a draft: asked in the editor, reckoned by the worker, nothing changed."""

from datetime import datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from billing.models import TariffVersion
from charging.dry_run.keeping import key_of
from charging.models import Session
from charging.tasks import try_tariff
from charging.tests.world import World
from drivepower.tests.browser.spending import sound, spend
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk, walking
from ocpp_consumer.tests.server import Server, in_db

ZONE = ZoneInfo("Asia/Bishkek")


def last_month() -> datetime:
    """Noon in the middle of it, as the portal's clock has months."""
    middle = timezone.localdate(timezone=ZONE).replace(day=1) - timedelta(days=15)
    return datetime.combine(middle, time(12), ZONE)


async def ask(walk: Walk, month: datetime) -> None:
    """From the draft, in a page of its own; the month is the last one unless told otherwise."""
    await walk.page.locator("[name=rules-0-price]").fill("16")
    await walk.follow(walk.button("What would last month have earned?"))
    assert await walk.page.locator("[name=version]").input_value() == "draft"
    assert await walk.page.locator("[name=month]").input_value() == f"{month:%Y-%m}"
    await walk.keep("ask")
    await walk.button("Reckon").click()
    await walk.reads("It waits for a worker.")
    await walk.shoot("waits")


def carry_out(address: str) -> None:
    """The worker's task of the run at that address."""
    [token] = parse_qs(urlsplit(address).query)["run"]
    try_tariff(key_of(token, User.objects.get(email="operator@example.com")))


@IN_BOTH_LANGUAGES
async def test_a_draft_is_tried_on_last_month(portal: Server, shared_world: World, language: str) -> None:
    driver = await in_db(shared_world.driver)("1000.00", name="Aizada Osmonova")
    month = last_month()
    session: Session = await in_db(spend)(shared_world, driver, at=month)
    async with walking(portal, "try-tariff", "Operator", language=language, guide="desk") as walk:
        await walk.through_menu("/admin/billing/tariffplan/")
        await walk.click(walk.page.locator("#result_list").get_by_role("link", name="Plain", exact=True))
        await walk.action("New version").click()
        await ask(walk, month)
        await in_db(carry_out)(walk.page.url)
        whole = walk.page.locator(".dry-run-whole")
        await whole.wait_for()
        amounts = [walk.amount("382.50"), walk.amount("408"), f"+{walk.amount('25.50')}"]
        assert await whole.locator("dd").all_inner_texts() == amounts
        await walk.link(f"#{session.pk}").wait_for()
        await walk.keep(whole=True)
    assert await in_db(TariffVersion.objects.count)() == 1
    assert await in_db(sound)(shared_world, driver=driver) == {"driver": ("617.50", "0.00", "0.00")}
