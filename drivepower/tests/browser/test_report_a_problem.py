"""Support writes down what a driver has told on the phone, with a photo; a technician does so at the station."""

import os
import struct
import zlib

from playwright.async_api import FilePayload

from charging.tests.world import World
from drivepower.core.models import Alert
from drivepower.tests.browser.desk import PHONE, sitting
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, walking
from ocpp_consumer.tests.server import Server, in_db
from stations.models import Report
from stations.reports import LARGEST_PHOTO

NASTY = "<img src=x onerror=alert(1)> The cable is torn"
JPEG = FilePayload(name="cable.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8\xff\xe0 a picture")


@IN_BOTH_LANGUAGES
async def test_a_driver_s_call_becomes_a_report(portal: Server, shared_world: World, language: str) -> None:
    driver = await in_db(lambda: shared_world.driver(name="Aizada Osmonova", phone="+996555123456"))()
    async with walking(portal, "report-problem", "Support", language=language) as walk:
        await walk.click(walk.in_menu("/admin/stations/report/"))
        await walk.click(walk.action("Report a problem"))
        await walk.page.locator("[name=station]").fill(shared_world.station.code)
        await walk.page.locator("[name=number]").fill("1")
        await walk.page.locator("[name=kind]").select_option("broken")
        await walk.page.locator("[name=text]").fill(NASTY)
        await walk.page.locator("[name=phone]").fill("0555 123 456")
        await walk.page.locator("[name=photo]").set_input_files(JPEG)
        await walk.keep()
        await walk.click(walk.button("Send the report"))
        await walk.reads("The problem is reported.")
        await walk.page.get_by_text(NASTY).first.wait_for()
        await walk.keep("list")
    report = await in_db(lambda: Report.objects.select_related("station").get())()
    assert (report.station, report.number, report.user_id) == (shared_world.station, 1, driver.pk)
    assert bool(report.photo)
    assert await in_db(Alert.objects.filter(subject=f"report:{report.public_id}").exists)()


async def test_it_fits_a_phone_in_the_dark(portal: Server, shared_world: World) -> None:
    station = shared_world.station
    async with sitting(portal, "Technician", size=PHONE, dark=True, language="ru") as desk:
        await desk.open(f"/admin/stations/station/{station.pk}/change/")
        await desk.page.get_by_role("link", name="Сообщить о проблеме").click()
        await desk.page.locator("[name=text]").fill("Кабель порван")
        wide = await desk.page.evaluate("document.documentElement.scrollWidth")
        await desk.shoot("report-problem-phone-dark-ru", whole=True)
        await desk.check_accessibility()
        assert wide <= PHONE["width"]
        await desk.page.get_by_role("button", name="Отправить сообщение").click()
        await desk.page.get_by_text("О проблеме сообщено.").first.wait_for()
    assert (await in_db(Report.objects.get)()).text == "Кабель порван"


def noise(width: int, height: int) -> bytes:
    """A PNG that nothing makes smaller but less of it."""
    rows = b"".join(b"\0" + os.urandom(3 * width) for _row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(said)) + name + said + struct.pack(">I", zlib.crc32(name + said)) for name, said in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


async def test_a_camera_s_large_photo_is_made_smaller(portal: Server, shared_world: World) -> None:
    photo = FilePayload(name="cable.png", mimeType="image/png", buffer=noise(3000, 2000))
    assert len(photo["buffer"]) > 3 * LARGEST_PHOTO
    async with sitting(portal, "Technician", size=PHONE) as desk:
        await desk.open(f"/admin/report/?station={shared_world.station.code}")
        await desk.page.locator("[name=text]").fill("The cable is torn")
        await desk.page.locator("[name=photo]").set_input_files(photo)
        await desk.page.get_by_role("button", name="Send the report").click()
        await desk.page.get_by_text("The problem is reported.").first.wait_for()
    report = await in_db(Report.objects.get)()
    assert (report.text, str(report.photo.name).rpartition(".")[2]) == ("The cable is torn", "jpg")
    assert 0 < report.photo.size <= LARGEST_PHOTO
