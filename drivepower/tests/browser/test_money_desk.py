"""The money desk as a person works at it: review with its price, goodwill over a selection, new prices, payouts."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from billing import ledger, tariffs
from billing.models import ProviderEvent, TopUp, Wallet
from charging.models import Session
from charging.tests.settling import ended, inferred, settle
from charging.tests.world import NOW, World, per_kwh
from drivepower.tests.browser.desk import PHONE, Desk, sitting
from ocpp_consumer.tests.server import Server, in_db

LIST, QUEUE = "/admin/charging/session/", "/admin/charging/session/queue/"


def set_up(world: World) -> dict[str, Any]:
    """Two drivers who paid, and one charge that nobody said the end of."""
    paid = [
        ended(world, world.driver("5000.00", name=name), connector=one) for name, one in (("Aibek", 1), ("Nurlan", 2))
    ]
    for session in paid:
        settle(session)
    waits = inferred(world, world.driver("1000.00", name="Cholpon"), 10_000)
    wallet = Wallet.objects.get(user=paid[0].driver)
    return {"paid": paid, "waits": waits, "wallet": wallet, "top_up": top_up_of(wallet)}


def top_up_of(wallet: Wallet) -> TopUp:
    """One that was paid, with what its provider called."""
    at = timezone.now()
    came = ledger.top_up(wallet=wallet, provider="odengi", amount=Decimal(300), reference="top_up:x", at=at)
    top_up = TopUp.objects.create(
        wallet=wallet,
        provider="odengi",
        amount=300,
        paid_amount=300,
        state="approved",
        transfer=came,
        made_at=at - timedelta(minutes=2),
        expires_at=at + timedelta(minutes=8),
    )
    ProviderEvent.objects.create(
        provider="odengi", body='{"status": "approved"}', verdict="hint", top_up=top_up, received_at=at
    )
    return top_up


async def correct(desk: Desk) -> None:
    """The price is told while the energy is typed, and that is what is booked."""
    await desk.open(QUEUE)
    await desk.shoot("money-queue", whole=True)
    await desk.check_accessibility()
    await desk.page.get_by_role("button", name="Correct").click()
    await desk.page.locator("[data-new]", has_text="150.00 KGS").wait_for()
    await desk.page.locator("[name=energy_wh]").fill("8")
    await desk.page.locator("[data-new]", has_text="120.00 KGS").wait_for()
    await desk.page.locator("textarea[name=reason]").fill("Read at the meter.")
    await desk.shoot("money-correct")
    await desk.page.locator("#dialog button[type=submit]").click()
    await desk.page.get_by_text("Nothing waits for a person.").wait_for()


async def choose(desk: Desk, action: str, sessions: list[Session]) -> None:
    """Tick these in the list, and begin what is done with them."""
    await desk.open(LIST)
    await desk.choose(action, *(session.pk for session in sessions))


async def give(desk: Desk, sessions: list[Session]) -> None:
    """Ten percent of each."""
    await choose(desk, "give_goodwill", sessions)
    await desk.page.locator("input[name=percent]").fill("10")
    await desk.page.get_by_role("button", name="Show what each gets").click()
    await desk.page.get_by_role("button", name="Give 76.50 KGS").wait_for()
    await desk.page.locator("input[name=reason]").fill("A broken plug.")
    await desk.shoot("money-goodwill", whole=True)
    await desk.check_accessibility()
    await desk.page.get_by_role("button", name="Give 76.50 KGS").click()
    await desk.page.get_by_text("2 of 2 charges").wait_for()
    await desk.shoot("money-goodwill-given")


async def reprice(desk: Desk, sessions: list[Session]) -> None:
    """The difference line by line."""
    await choose(desk, "reprice_chosen", sessions)
    await desk.page.get_by_text("Line by line").first.click()
    await desk.shoot("money-reprice", whole=True)
    await desk.check_accessibility()


async def pay_out(desk: Desk, wallet: Wallet) -> None:
    """Asked for at the wallet; another person decides."""
    page = f"/admin/billing/wallet/{wallet.pk}/change/"
    await desk.open(page)
    await desk.page.get_by_role("heading", name="Movements").wait_for()
    await desk.shoot("money-wallet", whole=True)
    await desk.check_accessibility()
    await desk.page.get_by_role("link", name="Pay out").click()
    await desk.page.locator("input[name=destination]").fill("KICB 1280, Aibek")
    await desk.page.locator("input[name=reason]").fill("Moves away.")
    await desk.shoot("money-payout-ask")
    await desk.page.locator("#dialog button[type=submit]").click()
    await desk.page.get_by_text("KICB 1280, Aibek").wait_for()
    await desk.shoot("money-payout")


async def test_a_morning_at_the_money_desk(portal: Server, shared_world: World) -> None:
    found = await in_db(set_up)(shared_world)
    async with sitting(portal) as desk:
        await correct(desk)
        await give(desk, found["paid"])
        await in_db(tariffs.publish_version)(plan=shared_world.plan, rules=[per_kwh("14")], in_force_from=NOW, at=NOW)
        await reprice(desk, found["paid"])
        await pay_out(desk, found["wallet"])
        await desk.open(f"/admin/billing/topup/{found['top_up'].pk}/change/")
        await desk.page.get_by_text("As it came").click()
        await desk.shoot("money-topup", whole=True)
        await desk.check_accessibility()


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_its_pages_fit_a_phone_in_the_dark(portal: Server, shared_world: World, language: str) -> None:
    found = await in_db(set_up)(shared_world)
    pages = {"queue": QUEUE, "wallet": f"/admin/billing/wallet/{found['wallet'].pk}/change/"}
    async with sitting(portal, size=PHONE, dark=True, language=language) as desk:
        for name, page in pages.items():
            await desk.open(page)
            await desk.shoot(f"money-phone-{name}-{language}", whole=True)
            wide = await desk.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, name
            await desk.check_accessibility()
