"""The month of the money desk and of the accountant, page by page, for the guide."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing import goodwill, ledger, payouts
from billing.models import Wallet
from billing.tests.registers import credited, file_of, line, store
from charging.tests.settling import ended, inferred, settle
from charging.tests.world import World
from drivepower.tests.browser.desk import person
from drivepower.tests.browser.test_books import CLOSE, TAXES
from drivepower.tests.browser.test_books import set_up as books
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, walking
from ocpp_consumer.tests.server import Server, in_db

DRAWN = "() => Chart.getChart(document.querySelector('canvas[data-readings]'))?.data.datasets[1].pointRadius > 0"
WHY = {"en": ("Moves away.", "A broken plug."), "ru": ("Переезжает.", "Сломанная вилка.")}


def set_up(world: World, language: str) -> dict[str, str]:
    """What a month has; the address of each page by the name of its picture."""
    at, (leaves, broken) = timezone.now(), WHY[language]
    by = f"staff:{person('Support').public_id}"
    found = books(world)
    driver = world.driver("1000.00", name="Aizada Osmonova", phone="+996555123456")
    session = ended(world, driver)
    settle(session)
    wallet = ledger.wallet_of(user=driver, currency="KGS")
    paid = payout(wallet, leaves, by)
    given = goodwill.ask_goodwill(subjects=[session.subject], percent=Decimal(10), reason=broken, by=by, at=at)
    credited("T-1", "500.00", at=at - timedelta(days=1), wallet=wallet)
    told = [line("payment", "T-1", "500", "5"), line("payment", "T-2", "300", "3"), line("remittance", "R-1", "792")]
    register = store(file_of(*told))
    inferred(world, world.driver("1000.00", name="Nurlan Asanov"), 10_000)
    return {
        "days": "/admin/billing/dayclose/?day__lt=2026-03-14",
        "queue": "/admin/charging/session/queue/",
        "register": f"/admin/billing/providerregister/{register.pk}/change/",
        "payout": f"/admin/billing/payout/{paid.pk}/change/",
        "goodwill": f"/admin/billing/goodwill/{given.pk}/change/",
        "invoice": f"/admin/billing/invoice/{found['invoice'].pk}/change/",
        "host": f"/admin/billing/hoststatement/{found['statement'].pk}/change/",
        "close": CLOSE,
        "taxes": f"{TAXES}?since=2026-03-01&until=2026-03-31",
    }


def payout(wallet: Wallet, reason: str, by: str) -> Any:
    """Asked for, and not decided."""
    return payouts.ask_payout(
        wallet=wallet,
        amount=Decimal(300),
        destination="KICB 1280, Aizada Osmonova",
        reason=reason,
        asked_by=by,
        at=timezone.now(),
    )


@IN_BOTH_LANGUAGES
async def test_a_month_passes_over_the_desk(portal: Server, shared_world: World, language: str) -> None:
    pages = await in_db(set_up)(shared_world, language)
    async with walking(portal, "month", "Finance", language=language, guide="support") as walk:
        for name, page in pages.items():
            await walk.desk.open(page)
            if name == "queue":  # its only reading makes no line
                await walk.page.wait_for_function(DRAWN)
            await walk.keep(name)
