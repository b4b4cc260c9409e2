"""How support answers a call: by phone and hour to the page that explains it, each click counted."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from charging.models import Session
from charging.tests.world import World
from drivepower.tests.browser.complaints import Caller, Complaint, yesterday
from drivepower.tests.browser.walk import Walk, walking
from ocpp_consumer.tests.server import Server

PHONE, NAME = "0555 12-34-56", "Aizada Osmonova"


class Call(NamedTuple):
    """The hour that a driver complains of, what happened then, and what the page says of it."""

    hour: str
    happens: Complaint
    said: str


def play(world: World, language: str, told: Mapping[str, Call]) -> dict[str, Session]:
    """Everything of that day."""
    caller = Caller.at(world, language)
    return {name: call.happens(caller, yesterday(call.hour)) for name, call in told.items()}


def calls(portal: Server, language: str) -> AbstractAsyncContextManager[Walk]:
    """Support at the start page; the pictures are those of its guide."""
    return walking(portal, "", "Support", language=language, guide="support")


async def ask(walk: Walk, text: str) -> None:
    """Type into the box of every page."""
    await walk.click(walk.page.locator("form[data-find] button"))
    await walk.page.locator("#find input[type=search]").fill(text)
    await walk.page.get_by_role("option").first.wait_for()


async def explained(walk: Walk, session: Any, hour: str) -> None:
    """From the start page, by phone and hour, to what happened to that session."""
    await walk.start()
    await ask(walk, f"{PHONE} {yesterday(hour):%d.%m} {hour}")
    first = walk.page.get_by_role("option").first
    assert await first.locator("strong").inner_text() == walk.word("Explain %(session)s", session=session)
    await walk.click(first)
    title = walk.word("What happened: session %(number)s", number=session.pk)
    await walk.page.get_by_role("heading", name=title).first.wait_for()


async def driver_found(walk: Walk) -> None:
    """From the start page, by the phone alone, to the driver's page."""
    await walk.start()
    await ask(walk, PHONE)
    await walk.click(walk.page.get_by_role("option", name=NAME).first)
    await walk.page.get_by_role("heading", name=NAME).first.wait_for()


async def answered(walk: Walk, told: Mapping[str, Call], played: Mapping[str, Session]) -> AsyncIterator[str]:
    """The names of those calls, each when its explanation is on the page: in two clicks, as the guide quotes it."""
    for name, call in told.items():
        await explained(walk, played[name], call.hour)
        await walk.reads(call.said)
        await shows_what_is_quoted(walk, name)
        assert walk.clicks == 2
        yield name


def quoted(walk: Walk, picture: str) -> list[str]:
    """What the guide in the person's language quotes in the section that shows that picture."""
    name = "support-guide.md" if walk.language == "en" else f"support-guide.{walk.language}.md"
    text = (Path(settings.BASE_DIR) / "docs" / name).read_text(encoding="utf-8")
    [section] = [one for one in text.split("\n## ") if f"/support-{picture}-{walk.language}.png" in one]
    return re.findall(r"^> (.+)$", section, re.MULTILINE)


async def shows_what_is_quoted(walk: Walk, picture: str) -> None:
    """The page has every sentence that the guide quotes of it; its picture is taken."""
    page = " ".join((await walk.page.locator("body").text_content() or "").split())
    missing = [one for one in quoted(walk, picture) if one not in page]
    assert not missing, missing
    await walk.keep(picture)
