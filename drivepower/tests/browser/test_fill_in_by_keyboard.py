"""Figures of a rule, texts by language, keys and values: filled in without a mouse, on a desk and on a phone."""

from typing import Any

import pytest
from playwright.async_api import Locator, ViewportSize, expect

from charging.tests.world import World
from drivepower.core.models import AlertRule
from drivepower.tests.browser.desk import DESKTOP, PHONE, Desk, sitting
from ocpp_consumer.tests.server import Server, in_db
from stations.models import ConfigurationTemplate, Location
from stations.tests.world import location

SIZES = pytest.mark.parametrize(
    ("size", "language"), [(DESKTOP, "en"), (PHONE, "ru")], ids=["desk-in-english", "phone-in-russian"]
)
MOST_TABS = 300
BESIDE = "document.documentElement.scrollWidth - window.innerWidth"
IS_FOCUSED = "one => one === document.activeElement"


async def reach(desk: Desk, what: Locator) -> Locator:
    """Go there by Tab alone."""
    for _turn in range(MOST_TABS):
        if await what.evaluate(IS_FOCUSED):
            return what
        await desk.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {what}")


async def type_in(desk: Desk, name: str, text: str) -> None:
    """Type into the last field of that name."""
    await reach(desk, desk.page.locator(f"[name='{name}']").last)
    await desk.page.keyboard.type(text)


async def press(desk: Desk, selector: str) -> None:
    """Press a button of the page."""
    await reach(desk, desk.page.locator(selector).last)
    await desk.page.keyboard.press("Enter")


async def save(desk: Desk, picture: str) -> None:
    """Keep how it looks, nothing beside the screen, and save it."""
    assert await desk.page.evaluate(BESIDE) <= 0
    await desk.check_accessibility()
    await desk.shoot(picture, whole=True)
    async with desk.page.expect_navigation():
        await press(desk, "[name=_save]")


def rows_of(model: Any, *columns: str, **where: Any) -> list[Any]:
    """What is kept."""
    return list(model.objects.filter(**where).values_list(*columns))


@SIZES
async def test_a_rule_with_its_figures(portal: Server, shared_world: World, size: ViewportSize, language: str) -> None:
    async with sitting(portal, "Operator", language=language, size=size) as desk:
        await desk.open("/admin/core/alertrule/add/")
        groups = desk.page.locator("[data-figures] fieldset:visible")
        await expect(groups).to_have_count(0)
        await expect(desk.page.locator("[data-figures] p")).to_be_visible()
        await type_in(desk, "name", "dead-starts")
        kind = await reach(desk, desk.page.locator("select[name=kind]"))
        while await kind.input_value() != "nothing_started":
            await desk.page.keyboard.press("ArrowDown")
        await expect(groups).to_have_count(1)
        await expect(desk.page.locator("[name='parameters-nothing_started.hours']")).to_have_attribute(
            "placeholder", "24"
        )
        await type_in(desk, "parameters-nothing_started.in_a_row", "5")
        await save(desk, f"fill-in-rule-{language}")
        condition = "5 in 24 h" if language == "en" else "5 за 24 ч"
        await expect(desk.page.locator("#result_list tr", has_text="dead-starts")).to_contain_text(condition)
    assert await in_db(rows_of)(AlertRule, "kind", "parameters", name="dead-starts") == [
        ("nothing_started", {"in_a_row": 5})
    ]


@SIZES
async def test_a_notice_in_two_languages(
    portal: Server, shared_world: World, size: ViewportSize, language: str
) -> None:
    place = await in_db(location)()
    async with sitting(portal, "Operator", language=language, size=size) as desk:
        await desk.open(f"/admin/stations/location/{place.pk}/change/")
        await type_in(desk, "notice-en", "The lift is closed")
        await type_in(desk, "notice-ru", "Лифт закрыт")
        await save(desk, f"fill-in-notice-{language}")
    assert await in_db(rows_of)(Location, "name", "notice", pk=place.pk) == [
        (place.name, {"en": "The lift is closed", "ru": "Лифт закрыт"})
    ]


@SIZES
async def test_a_template_of_keys_and_values(
    portal: Server, shared_world: World, size: ViewportSize, language: str
) -> None:
    async with sitting(portal, "Operator", language=language, size=size) as desk:
        await desk.open("/admin/stations/configurationtemplate/add/")
        await type_in(desk, "name", "Ardua")
        for key, value in (("HeartbeatInterval", "300"), ("Ardua.Light", "off"), ("Mistaken", "1")):
            await type_in(desk, "wanted-key", key)
            await type_in(desk, "wanted-value", value)
            await press(desk, "[data-add]")
        rows = desk.page.locator(".named-pair:visible")
        await expect(rows).to_have_count(4)
        await desk.page.keyboard.press("Shift+Tab")
        await desk.page.keyboard.press("Enter")
        await expect(rows).to_have_count(3)
        await save(desk, f"fill-in-template-{language}")
    assert await in_db(rows_of)(ConfigurationTemplate, "wanted", name="Ardua") == [
        ({"HeartbeatInterval": "300", "Ardua.Light": "off"},)
    ]
