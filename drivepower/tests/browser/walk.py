"""A job as a person does it: from the start page to where it is done, each click on the way counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from django.utils.translation import gettext, override
from playwright.async_api import Locator, Page, ViewportSize

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

    def __init__(self, desk: Desk, *, job: str, language: str) -> None:
        self.desk = desk
        self.page: Page = desk.page
        self.job, self.language = job, language
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

    def button(self, text: str) -> Locator:
        """What is pressed."""
        return self.page.get_by_role("button", name=self.word(text), exact=True)

    def link(self, text: str) -> Locator:
        """What leads elsewhere."""
        return self.page.get_by_role("link", name=self.word(text), exact=True)

    def in_menu(self, address: str) -> Locator:
        """A page of the sidebar."""
        return self.page.locator(f'#nav-sidebar a[href="{address}"], nav a[href="{address}"]').first

    async def keep(self, what: str = "") -> None:
        """The picture of this moment for the guide, on a page without serious faults of accessibility."""
        await self.desk.check_accessibility()
        await self.desk.shoot("-".join(filter(None, ["job", self.job, what, self.language])))


@asynccontextmanager
async def walking(
    portal: Server, job: str, role: str, *, language: str, size: ViewportSize = DESKTOP
) -> AsyncIterator[Walk]:
    """Somebody of that role at the start page."""
    async with sitting(portal, role, language=language, size=size) as desk:
        walk = Walk(desk, job=job, language=language)
        await walk.start()
        yield walk


def simulated(portal: Server, identity: str, key: str) -> Simulated:
    """A station with one connector that charges quickly and restarts at once."""
    connector = ConnectorSpec(number=1, type="CCS2", max_power_w=60_000, curve="constant")
    spec = StationSpec(
        identity=identity, password=key, connectors=(connector,), meter_interval=0.2, speed=200, step_seconds=0.0
    )
    return Simulated(spec, url=f"{portal.url}/ocpp", backoff=BACKOFF)
