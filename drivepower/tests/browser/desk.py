"""A person at the portal: a real Chromium, logged in, and everything that went wrong while they worked."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from playwright.async_api import ConsoleMessage, Locator, Page, Response, ViewportSize, async_playwright, expect

from accounts.models import User
from ocpp_consumer.tests.server import Server, in_db

PATIENCE_MS = 60_000
SHOTS = Path(settings.BASE_DIR) / "build" / "screenshots"
DESKTOP, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
AXE = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"]});
    return found.violations.filter((one) => ["serious", "critical"].includes(one.impact)).map(
        (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`
    );
}"""

# Neither a part that is being fetched nor a fade that would end by itself.
STILL = """() => !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")
    && document.getAnimations().every((one) => one.playState !== "running"
        || one.effect.getComputedTiming().endTime === Infinity)"""


def chromium() -> str:
    """Chromium on this machine; skips the test where there is none, and says how to get it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("there is no Chromium for the browser tests: as root, apt-get install chromium, then again")
    return found


class Desk:
    """One open page, with what it complained about."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.troubles: list[str] = []
        self.watch(page)

    def watch(self, page: Page) -> None:
        """Hear what that page complains of, and those that it opens."""
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        page.on("popup", self.watch)
        page.on("console", self.hear_console)
        page.on("pageerror", lambda error: self.hear("script", str(error)))
        page.on("request", lambda request: self.look_where(request.url))
        page.on("response", self.look_how)

    def hear_console(self, said: ConsoleMessage) -> None:
        """Errors of scripts, of the content policy, of what could not be fetched; with what they are about."""
        if said.type == "error":
            self.hear("console", f"{said.text} {said.location['url']}")

    def hear(self, kind: str, text: str) -> None:
        """Keep what went wrong."""
        self.troubles.append(f"{kind}: {text}")

    def look_where(self, address: str) -> None:
        """Nothing is asked of another host; Chromium's own viewer of PDFs is none."""
        own = (
            self.url,
            self.url.replace("http", "ws", 1),
            "data:",
            "blob:",
            "chrome-extension:",
            "chrome://resources/",
        )
        if not address.startswith(own):
            self.hear("foreign host", address)

    def look_how(self, response: Response) -> None:
        """The server has no trouble of its own."""
        if response.status >= 500:
            self.hear(str(response.status), response.url)

    async def open(self, path: str) -> None:
        """Go to a page of the portal, and wait until it stands."""
        await self.page.goto(f"{self.url}{path}")
        await self.page.wait_for_load_state("load")

    def fact(self, label: str) -> Locator:
        """What a page says, and cannot be changed there, under that label."""
        named = self.page.locator("label", has_text=re.compile(rf"^\s*{re.escape(label)}:?\s*$", re.IGNORECASE))
        return self.page.locator(".field-line", has=named)

    def action(self, name: str) -> Locator:
        """A verb above the page; an icon may stand before its name."""
        return self.page.get_by_role("link", name=re.compile(rf"(^|\s){re.escape(name)}$")).first

    async def choose(self, action: str, *keys: int) -> None:
        """Tick these rows of the list that is open, and begin what is done with them."""
        for key in keys:
            await self.page.locator(f"input[name=_selected_action][value='{key}']").check()
        await self.page.locator("select[name=action]").select_option(action)
        await self.page.locator("button[name=index]").first.click()

    async def shoot(self, name: str, *, whole: bool = False) -> None:
        """Keep how it looks: build/screenshots/NAME.png."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SHOTS / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png", full_page=whole)

    async def tell(self) -> str:
        """Where it stands and what the page says, for whoever reads of a failure; its picture is kept, too."""
        await self.shoot(f"failed-{os.environ['PYTEST_CURRENT_TEST'].rpartition('::')[2]}", whole=True)
        text = await self.page.locator("body").inner_text()
        return f"{self.page.url}\n{text}\n" + "\n".join(self.troubles)

    async def check_accessibility(self) -> None:
        """Fail for anything that axe-core calls serious or critical, once nothing of the page moves any more."""
        await self.page.wait_for_load_state("load")
        await self.page.wait_for_function(STILL)
        await self.page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
        found: list[str] = await self.page.evaluate(AXE)
        assert not found, "\n".join(found)


def person(role: str, *, language: str = "en") -> User:
    """Somebody of staff with that role's rights."""
    user = User.objects.create_user(email=f"{role.lower().replace(' ', '-')}@example.com", password="s3cret-words-here")
    user.role, user.language = User.Role.STAFF, language
    user.save(update_fields=["role", "language"])
    user.groups.add(Group.objects.get(name=role))
    return user


def cookie_of(user: User) -> str:
    """A session of that person, logged in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@asynccontextmanager
async def sitting(
    server: Server, role: str = "Owner", *, language: str = "en", size: ViewportSize = DESKTOP, dark: bool = False
) -> AsyncIterator[Desk]:
    """Somebody of that role at the portal; fails at the end for console errors, foreign requests and 500s."""
    path = chromium()
    url = server.url.replace("ws", "http", 1)
    cookie = await in_db(lambda: cookie_of(person(role, language=language)))()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = await browser.new_context(
            viewport=size, locale=language, color_scheme="dark" if dark else "light", reduced_motion="reduce"
        )
        cookies = {settings.SESSION_COOKIE_NAME: cookie, settings.LANGUAGE_COOKIE_NAME: language}
        await context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        desk = Desk(await context.new_page(), url)
        try:
            yield desk
        except Exception as error:
            error.add_note(await desk.tell())
            raise
        finally:
            async with asyncio.timeout(PATIENCE_MS / 1000):
                await browser.close()
        assert not desk.troubles, "\n".join(desk.troubles)
