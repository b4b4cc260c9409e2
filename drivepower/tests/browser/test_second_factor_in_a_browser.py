"""Somebody registers a second factor, and is asked for its code at the next login."""

from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from charging.tests.world import World
from drivepower.tests.browser.desk import PHONE, sitting
from ocpp_consumer.tests.server import Server, in_db


async def test_it_is_registered_and_asked_for(portal: Server, shared_world: World) -> None:
    async with sitting(portal) as desk:
        await desk.open("/admin/otp_totp/totpdevice/mine/")
        await desk.page.get_by_role("button", name="Set it up").click()
        await desk.page.get_by_alt_text("QR code of the secret").wait_for()
        await desk.shoot("second-factor-qr")
        await desk.check_accessibility()
        code = await in_db(lambda: f"{totp(TOTPDevice.objects.get().bin_key):06d}")()
        await desk.page.get_by_label("Code").fill(code)
        await desk.page.get_by_role("button", name="Confirm").click()
        await desk.page.get_by_text("Recovery codes", exact=True).wait_for()
        await desk.shoot("second-factor-recovery-codes")
        await desk.page.context.clear_cookies()
        await desk.open("/admin/login/")
        await desk.page.get_by_label("Code").wait_for()
        await desk.shoot("login-with-code")
        await desk.check_accessibility()


async def test_the_trail_shows_who_did_what(portal: Server, shared_world: World) -> None:
    async with sitting(portal, size=PHONE, dark=True) as desk:
        await desk.open("/admin/portal/change/")
        wide = await desk.page.evaluate("document.documentElement.scrollWidth")
        await desk.shoot("audit-trail-phone-dark")
        await desk.check_accessibility()
        assert wide <= PHONE["width"]
