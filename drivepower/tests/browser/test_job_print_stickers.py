"""Stickers for all connectors of a place, and the report of last month."""

from pathlib import Path

from drivepower.portal.monthly.making import make
from drivepower.portal.tests.monthly.months import FEBRUARY, OVER, network
from drivepower.tests.browser.standing import stand
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, walking
from ocpp_consumer.tests.server import Server, in_db

# What the place is called for whoever reads.
NAMES = {"en": "Ala-Too Square", "ru": "Площадь Ала-Тоо"}


def stations() -> None:
    """Two of a place."""
    for code in ("BSK-01", "BSK-02"):
        stand(code)


def months() -> None:
    """A month that is over, with its report."""
    network()
    make(month=FEBRUARY, at=OVER)


@IN_BOTH_LANGUAGES
async def test_the_stickers_of_a_place_are_a_pdf(portal: Server, language: str) -> None:
    await in_db(stations)()
    async with walking(portal, "print-stickers", "Technician", language=language) as walk:
        await walk.click(walk.in_menu("/admin/stations/station/"))
        await walk.click(walk.page.get_by_role("link", name=walk.word("Print stickers")).first)
        place = walk.page.locator("select[name=locations] option", has_text=NAMES[language])
        await walk.page.locator("select[name=locations]").select_option(await place.get_attribute("value"))
        await walk.keep()
        async with walk.page.expect_response(lambda answer: "locations=" in answer.url) as answering:
            await walk.click(walk.button("Make the PDF"))
        answer = await answering.value
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")


@IN_BOTH_LANGUAGES
async def test_the_report_of_a_month_is_downloaded(portal: Server, language: str) -> None:
    await in_db(months)()
    async with walking(portal, "monthly-report", "Owner", language=language) as walk:
        await walk.click(walk.page.locator("summary", has_text=walk.word("Settings")))
        await walk.click(walk.in_menu("/admin/portal/monthlyreport/"))
        await walk.keep()
        async with walk.page.expect_download() as downloading:
            await walk.click(walk.page.get_by_role("link", name="PDF", exact=True))
        saved = await (await downloading.value).path()
        assert Path(saved).read_bytes().startswith(b"%PDF")
