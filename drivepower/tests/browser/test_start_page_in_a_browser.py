from charging.tests.world import World
from drivepower.tests.browser.desk import PHONE, sitting
from ocpp_consumer.tests.server import Server


async def test_an_owner_sees_the_network_at_a_glance(portal: Server, shared_world: World) -> None:
    async with sitting(portal) as desk:
        await desk.open("/admin/")
        await desk.page.get_by_text("Network now").first.wait_for()
        await desk.shoot("start-page-owner")
        await desk.check_accessibility()


async def test_it_fits_a_phone_in_the_dark(portal: Server, shared_world: World) -> None:
    async with sitting(portal, "Operator", size=PHONE, dark=True, language="ru") as desk:
        await desk.open("/admin/")
        wide = await desk.page.evaluate("document.documentElement.scrollWidth")
        await desk.shoot("start-page-phone-dark-ru")
        assert wide <= PHONE["width"]
