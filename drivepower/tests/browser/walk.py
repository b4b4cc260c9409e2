"""A job as a person does it: from the start page to where it is done, each click on the way counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import gettext, override
from playwright.async_api import Locator, Page, ViewportSize

from billing.admin.columns import written
from billing.wording import rate
from drivepower.tests.browser.desk import DESKTOP, Desk, sitting
from ocpp_consumer.simulator import Backoff, ConnectorSpec, StationSpec
from ocpp_consumer.simulator import Station as Simulated
from ocpp_consumer.tests.server import Server

MOST_CLICKS = 3
IN_BOTH_LANGUAGES = pytest.mark.parametrize("language", ["en", "ru"])
# Of a refused socket: slow enough for nobody to take it for an attack.
BACKOFF = Backoff(first=0.5, most=1.0)


class Walk:
    """Somebody on their way; what they read is in their language."""

    def __init__(self, desk: Desk, *, job: str, language: str, guide: str = "job") -> None:
        self.desk = desk
        self.page: Page = desk.page
        self.job, self.language, self.guide = job, language, guide
        self.clicks = 0

    async def start(self) -> None:
        """Come in by the start page."""
        await self.desk.open("/admin/")
        self.clicks = 0

    async def click(self, what: Locator) -> None:
        """One click further; there are no more than three to where the job is done."""
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS, f"a click too many: {what}"
        await what.click()

    def word(self, text: str, **named: Any) -> str:
        """The text in the person's language."""
        with override(self.language):
            return gettext(text) % named if named else gettext(text)

    def amount(self, text: str) -> str:
        """So many som as the person reads it."""
        with override(self.language):
            return written(Decimal(text), "KGS")

    def price(self, text: str) -> str:
        """A price of one unit in som as the person reads it."""
        with override(self.language):
            return rate(Decimal(text), "KGS")

    def button(self, text: str) -> Locator:
        """What is pressed."""
        return self.page.get_by_role("button", name=self.word(text), exact=True)

    def link(self, text: str) -> Locator:
        """What leads elsewhere."""
        return self.page.get_by_role("link", name=self.word(text), exact=True)

    def action(self, text: str) -> Locator:
        """A verb above the page."""
        return self.desk.action(self.word(text))

    def in_menu(self, address: str) -> Locator:
        """A page of the sidebar."""
        return self.page.locator(f'#nav-sidebar a[href="{address}"], nav a[href="{address}"]').first

    async def through_menu(self, address: str) -> None:
        """To a page of the sidebar; its group is opened first where it is shut."""
        group = self.page.locator(f"details.nav-group:not([open]):has(a[href='{address}'])")
        if await group.count():
            await self.click(group.locator("summary"))
        await self.click(self.in_menu(address))

    async def follow(self, what: Locator) -> None:
        """Click what opens a page of its own, and go on there."""
        async with self.page.expect_popup() as opened:
            await what.click()
        self.page = self.desk.page = await opened.value
        await self.page.wait_for_load_state("load")

    async def dialog(self, opener: str) -> Locator:
        """What that button of the page asks."""
        await self.action(opener).click()
        dialog = self.page.locator("#modal-content #dialog")
        await dialog.wait_for()
        return dialog

    async def reads(self, text: str, **named: Any) -> None:
        """The page says so, in the person's language."""
        await self.page.get_by_text(self.word(text, **named)).first.wait_for()

    async def shoot(self, what: str, *, whole: bool = False) -> None:
        """The picture of this moment, of a page that another one was taken of."""
        await self.desk.shoot("-".join(filter(None, [self.guide, self.job, what, self.language])), whole=whole)

    async def keep(self, what: str = "", *, whole: bool = False) -> None:
        """The picture of this moment for the guide, on a page without serious faults of accessibility."""
        await self.desk.check_accessibility()
        await self.shoot(what, whole=whole)


@asynccontextmanager
async def walking(
    portal: Server,
    job: str,
    role: str,
    *,
    language: str,
    size: ViewportSize = DESKTOP,
    guide: str = "job",
    dark: bool = False,
) -> AsyncIterator[Walk]:
    """Somebody of that role at the start page; `guide` is whose pictures are taken."""
    async with sitting(portal, role, language=language, size=size, dark=dark) as desk:
        walk = Walk(desk, job=job, language=language, guide=guide)
        await walk.start()
        yield walk


def simulated(portal: Server, identity: str, key: str) -> Simulated:
    """A station with one connector that charges quickly and restarts at once."""
    connector = ConnectorSpec(number=1, type="CCS2", max_power_w=60_000, curve="constant")
    spec = StationSpec(
        identity=identity, password=key, connectors=(connector,), meter_interval=0.2, speed=200, step_seconds=0.0
    )
    return Simulated(spec, url=f"{portal.url}/ocpp", backoff=BACKOFF)
