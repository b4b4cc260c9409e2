"""A technician in the field: what matters of each row at a glance, the rest by a button, all of it by keyboard."""

import pytest
from playwright.async_api import Page

from charging.tests.world import World
from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly import making
from drivepower.portal.tests.monthly.months import FEBRUARY, OVER, network
from drivepower.tests.browser.desk import PHONE, sitting
from drivepower.tests.browser.standing import stand
from ocpp_consumer.tests.server import Server, in_db
from stations.models import Station

FOCUSED = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"

# Cells of tables whose text stands on more than one line.
BROKEN = """[...document.querySelectorAll(".moving-table :is(th, td)")].filter((cell) => {
    const text = document.createRange();
    text.selectNodeContents(cell);
    return text.getClientRects().length > 1;
}).map((cell) => cell.textContent)"""


async def shown(page: Page, code: str) -> set[str]:
    """The columns of a station's row that are seen."""
    cells = page.locator("tr.data-row", has_text=code).locator("[data-label]:visible")
    return set(await cells.evaluate_all("cells => cells.map((cell) => cell.className.match(/field-(\\w+)/)?.[1])"))


async def test_a_row_shows_what_matters_and_the_rest_by_its_button(portal: Server, shared_world: World) -> None:
    async with sitting(portal, "Technician", size=PHONE, dark=True) as desk:
        await desk.open("/admin/stations/station/")
        matters = {"code", "place", "online", "connector_statuses", "service_state"}
        assert matters == await shown(desk.page, "BSK-01") - {None}
        await desk.shoot("stations-phone")
        button = desk.page.get_by_role("button", name="All of this row")
        await button.focus()
        await desk.page.keyboard.press("Enter")
        assert {"model", "last_seen"} < await shown(desk.page, "BSK-01")
        assert await button.get_attribute("aria-expanded") == "true"
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        await desk.check_accessibility()


async def test_a_wide_list_shows_everything_without_a_button(portal: Server, shared_world: World) -> None:
    async with sitting(portal) as desk:
        await desk.open("/admin/stations/station/")
        assert {"model", "last_seen"} < await shown(desk.page, "BSK-01")
        assert await desk.page.get_by_role("button", name="All of this row").count() == 0


async def test_the_menu_opens_and_shuts_by_keyboard(portal: Server, shared_world: World) -> None:
    async with sitting(portal, size=PHONE) as desk:
        await desk.open("/admin/")
        menu = desk.page.get_by_role("button", name="Menu", exact=True)
        link = desk.page.locator("#nav-sidebar a", has_text="Sessions")
        assert (await menu.get_attribute("aria-expanded"), await link.is_visible()) == ("false", False)
        await menu.press("Enter")
        await link.wait_for()
        assert await desk.page.evaluate(FOCUSED) == "Close the menu"
        assert await menu.get_attribute("aria-expanded") == "true"
        await desk.check_accessibility()
        await desk.page.keyboard.press("Escape")
        await link.wait_for(state="hidden")
        assert await desk.page.evaluate(FOCUSED) == "Menu"


async def test_filters_open_and_shut_by_keyboard(portal: Server) -> None:
    await in_db(stand)("BSK-09")
    async with sitting(portal, size=PHONE) as desk:
        await desk.open("/admin/stations/station/")
        filters = desk.page.get_by_role("button", name="Filters")
        await filters.press("Enter")
        first = desk.page.locator("#changelist-filter a").first
        await first.wait_for()
        assert await first.evaluate("one => one === document.activeElement")
        await desk.page.keyboard.press("Escape")
        await first.wait_for(state="hidden")
        assert await filters.evaluate("one => one === document.activeElement")


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("/admin/charging/session/", "By station"),
        ("/admin/stations/maintenance/add/", "Station"),
        ("/admin/stations/installerlink/add/", "Stations"),
    ],
    ids=["filter", "form", "form of many"],
)
async def test_what_one_searches_in_is_called_as_its_label(
    portal: Server, shared_world: World, address: str, label: str
) -> None:
    await in_db(stand)("BSK-09", service_state=Station.ServiceState.PLANNED)
    async with sitting(portal) as desk:
        await desk.open(address)
        if "session" in address:
            await desk.page.get_by_role("button", name="Filters").click()
        field = desk.page.get_by_role("combobox", name=label, exact=True).and_(desk.page.locator(".select2-selection"))
        await field.wait_for()
        await desk.check_accessibility()
        await field.click()
        await desk.page.get_by_role("searchbox", name=label, exact=True).wait_for()
        await desk.page.get_by_role("option", name="BSK-09").click()
        await desk.page.get_by_role("combobox", name=f"{label}: BSK-09", exact=True).wait_for()
        await desk.check_accessibility()


def report() -> MonthlyReport:
    """That of a February."""
    network()
    making.make(month=FEBRUARY, at=OVER)
    return MonthlyReport.objects.get()


async def test_no_figure_of_a_report_is_broken(portal: Server, transactional_db: None) -> None:
    made: MonthlyReport = await in_db(report)()
    async with sitting(portal, size=PHONE) as desk:
        await desk.open(f"/admin/portal/monthlyreport/{made.pk}/change/")
        await desk.page.get_by_role("heading", name="Ten worst").wait_for()
        assert await desk.page.evaluate(BROKEN) == []
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        await desk.check_accessibility()
