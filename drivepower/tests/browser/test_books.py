"""The books as a person works at them: an invoice is paid, a month is closed, its taxes are reported."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Company
from billing.closing import close_days
from billing.models import HostAgreement, Invoice
from billing.tests.months import APRIL_BEGINS, MARCH, TENTH, bank, charge, correct, fleet, invoiced
from charging.hosts import make_host_statements
from charging.tests.settling import ended, settle
from charging.tests.world import World
from drivepower.tests.browser.desk import PHONE, Desk, sitting
from ocpp_consumer.tests.server import Server, in_db
from stations.models import Location

CLOSE, TAXES = "/admin/billing/closedmonth/add/", "/admin/billing/closedmonth/taxes/"


def set_up(world: World) -> dict[str, Any]:
    """March of a fleet and of a host, with a correction over a change of tax; April has begun."""
    wallet = fleet("9000")
    for number in range(6):
        charge(wallet, 7_000 + 3_333 * number, f"session:{900 + number}", TENTH)
    correct(wallet, 4_000, "session:900", TENTH, percent=14)
    bank(wallet, "500", "KICB 77")
    bank(wallet, "400", "dp-inv-2026-000001")
    invoice = invoiced(wallet)
    host = Company.objects.create(name="Sky Mall", kind=Company.Kind.HOST, tax_id="01234567890123")
    Location.objects.update(host=host)
    HostAgreement.objects.create(
        company=host, currency="KGS", share_percent=15, valid_from=MARCH, made_by="staff:1", made_at=TENTH
    )
    settle(ended(world, world.driver("1000")))
    make_host_statements(month=MARCH, at=APRIL_BEGINS)
    close_days(at=timezone.now())
    return {"invoice": invoice, "statement": host.host_statements.get()}


async def pay(desk: Desk, invoice: Invoice) -> None:
    """The transfer that names the invoice is offered first."""
    await desk.open("/admin/billing/invoice/")
    await desk.shoot("books-invoices", whole=True)
    await desk.open(f"/admin/billing/invoice/{invoice.pk}/change/")
    await desk.page.get_by_role("link", name="Set a payment").click()
    await desk.page.get_by_text("names this invoice").wait_for(state="attached")
    await desk.shoot("books-invoice-pay")
    await desk.page.locator("#dialog button[type=submit]").click()
    await desk.page.get_by_text("400.00 KGS").first.wait_for()
    await desk.shoot("books-invoice", whole=True)
    await desk.check_accessibility()


async def close(desk: Desk) -> None:
    """What stands in the way is told first; then there is a button."""
    await desk.open(CLOSE)
    await desk.page.get_by_text("Nothing. All figures are compared").wait_for()
    await desk.shoot("books-close", whole=True)
    await desk.check_accessibility()
    await desk.page.get_by_role("checkbox").check()
    await desk.page.get_by_role("button", name="Close the month").click()
    await desk.page.get_by_text("March 2026 is closed.").wait_for()
    await desk.shoot("books-closed", whole=True)
    await desk.check_accessibility()
    await desk.open(f"{CLOSE}?month={timezone.now() + timedelta(days=40):%Y-%m}")
    await desk.page.get_by_text("A month can be closed one day after its end.").wait_for()
    await desk.shoot("books-not-yet", whole=True)


async def test_a_month_is_paid_closed_and_reported(portal: Server, shared_world: World) -> None:
    found = await in_db(set_up)(shared_world)
    async with sitting(portal, role="Finance") as desk:
        await pay(desk, found["invoice"])
        await close(desk)
        await desk.open(f"{TAXES}?since=2026-03-01&until=2026-03-31")
        await desk.page.get_by_text("They agree").wait_for()
        await desk.shoot("books-taxes", whole=True)
        await desk.check_accessibility()
        await desk.open(f"/admin/billing/hoststatement/{found['statement'].pk}/change/")
        await desk.page.get_by_text("Sky Mall").first.wait_for()
        await desk.shoot("books-host", whole=True)
        await desk.check_accessibility()
        await desk.open("/admin/billing/dayclose/")
        await desk.shoot("books-days")


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_its_pages_fit_a_phone_in_the_dark(portal: Server, shared_world: World, language: str) -> None:
    found = await in_db(set_up)(shared_world)
    invoice = f"/admin/billing/invoice/{found['invoice'].pk}/change/"
    pages = {"close": CLOSE, "taxes": f"{TAXES}?since=2026-03-01&until=2026-03-31", "invoice": invoice}
    async with sitting(portal, role="Finance", size=PHONE, dark=True, language=language) as desk:
        for name, page in pages.items():
            await desk.open(page)
            await desk.shoot(f"books-phone-{name}-{language}", whole=True)
            wide = await desk.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, name
