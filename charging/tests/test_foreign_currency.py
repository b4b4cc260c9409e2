"""A price in another currency is held, charged and quoted in that currency, from a wallet of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from billing import ledger, tariffs
from billing.models import ClientTariff, Debt, Hold, Receipt, TariffPlan, Wallet
from charging import reviewing, settlement
from charging.models import Session
from charging.tests.app import App, go_live
from charging.tests.world import NOW, World, company, minutes, per_kwh, top_up
from drivepower.core.refusals import Refusal

LONG_AGO = NOW - timedelta(days=365)


@pytest.fixture
def dollars(world: World) -> World:
    """The world at 0.20 USD per kWh."""
    plan = TariffPlan.objects.create(name="Dollars", currency="USD")
    tariffs.publish_version(plan=plan, rules=[per_kwh("0.20")], in_force_from=LONG_AGO, at=NOW)
    world.station.tariff_plan = plan
    world.station.save(update_fields=["tariff_plan"])
    world.one.refresh_from_db()
    return world


def with_dollars(world: World, amount: str, *, som: str = "1000.00") -> tuple[User, Wallet]:
    driver = world.driver(som)
    wallet = ledger.wallet_of(user=driver, currency="USD")
    top_up(wallet, amount)
    return driver, wallet


def figures(wallet: Wallet) -> tuple[Decimal, Decimal]:
    wallet.refresh_from_db()
    return wallet.balance, wallet.held


def settle(world: World, session: Session) -> None:
    world.end(session, 26_500, at=NOW + minutes(60))
    settled = settlement.settle(session_id=session.pk, at=NOW + minutes(61))
    assert settled is not None
    assert (settled.currency, settled.total) == ("USD", Decimal("5.10"))


def test_it_starts_and_settles_from_the_wallet_of_that_currency(dollars: World) -> None:
    """25.5 kWh at 0.20 = 5.10 USD; the som stay where they are."""
    driver, wallet = with_dollars(dollars, "50.00")
    session = dollars.charging(driver, energy_wh=25_500)
    assert figures(wallet) == (Decimal(50), Decimal("5.10"))
    settle(dollars, session)
    assert figures(wallet) == (Decimal("44.90"), Decimal(0))
    assert figures(dollars.wallet(driver)) == (Decimal(1000), Decimal(0))
    assert Receipt.objects.get().currency == "USD"
    assert not Debt.objects.exists()
    assert ledger.check_books() == []


def test_it_refuses_a_driver_who_has_other_money_only(dollars: World) -> None:
    with pytest.raises(Refusal) as refused:
        dollars.request(dollars.driver("1000.00"), energy_wh=1000)
    assert (refused.value.code, refused.value.details["currency"]) == ("zero_balance", "USD")


def test_it_takes_an_amount_in_the_prices_currency(dollars: World) -> None:
    driver, wallet = with_dollars(dollars, "50.00")
    dollars.request(driver, amount=Decimal(20))
    assert figures(wallet) == (Decimal(50), Decimal(20))


def test_it_holds_for_a_card_in_that_currency(dollars: World) -> None:
    driver, wallet = with_dollars(dollars, "50.00")
    dollars.card(driver)
    began = dollars.begin("CARD-1")
    assert (began.status, figures(wallet)) == ("Accepted", (Decimal(50), Decimal(5)))
    settle(dollars, began.session)
    assert figures(wallet) == (Decimal("44.90"), Decimal(0))


def test_it_blocks_a_card_of_somebody_who_has_other_money_only(dollars: World) -> None:
    dollars.card(dollars.driver("1000.00"))
    assert dollars.begin("CARD-1").status == "Blocked"
    assert not Hold.objects.exists()


def test_it_holds_for_a_companys_card_in_that_currency(dollars: World) -> None:
    fleet = company()
    wallet = ledger.wallet_of(company=fleet, currency="USD")
    ledger.set_credit_limit(wallet=wallet, limit=Decimal(100), at=NOW)
    dollars.card(dollars.driver("0"), company=fleet)
    assert dollars.begin("CARD-1").status == "Accepted"
    assert figures(wallet) == (Decimal(0), Decimal(5))


def test_it_holds_in_the_currency_that_was_agreed_with_a_client(world: World) -> None:
    driver, wallet = with_dollars(world, "50.00")
    ClientTariff.objects.create(user=driver, rate_per_kwh=Decimal("0.30"), currency="USD", valid_from=LONG_AGO)
    world.request(driver, energy_wh=10_000)
    assert figures(wallet) == (Decimal(50), Decimal(3))


def test_it_takes_the_default_plan_of_the_currency_that_the_station_sells_in(dollars: World) -> None:
    """Its own plan has no rule for its connectors; there is a default plan in som, too."""
    TariffPlan.objects.filter(pk=dollars.plan.pk).update(is_default=True)
    usual = TariffPlan.objects.create(name="Usual", currency="USD", is_default=True)
    tariffs.publish_version(plan=usual, rules=[per_kwh("0.25")], in_force_from=LONG_AGO, at=NOW)
    slow = per_kwh("0.10", connector_type="Type2")
    assert dollars.station.tariff_plan is not None
    tariffs.publish_version(plan=dollars.station.tariff_plan, rules=[slow], in_force_from=LONG_AGO, at=NOW)
    driver, wallet = with_dollars(dollars, "50.00")
    dollars.request(driver, energy_wh=10_000)
    assert figures(wallet) == (Decimal(50), Decimal("2.50"))


def test_it_is_quoted_in_that_currency(dollars: World) -> None:
    status, body = App().get("/api/v1/stations/BSK-01/price", energy_kwh="25.5")
    assert (status, body["currency"], body["total"]) == (200, "USD", "5.10")


@pytest.mark.parametrize(("asked", "status"), [({"amount": "20"}, 202), ({"amount_som": "20"}, 400)])
def test_it_refuses_an_amount_that_was_meant_in_som(dollars: World, asked: dict[str, Any], status: int) -> None:
    driver, _ = with_dollars(go_live(dollars), "50.00")
    answered, body = App(driver).start(**asked)
    assert answered == status
    if status == 400:
        assert (body["error"], body["details"]["currency"]) == ("invalid_parameters", "USD")
    else:
        assert (body["pricing"]["currency"], body["reserved_amount"], body["new_balance"]) == ("USD", "20.00", "30.00")


def test_it_takes_an_amount_of_som_where_som_are_asked(world: World) -> None:
    assert App(go_live(world).driver()).start(amount_som="20")[0] == 202


def test_a_waiver_is_of_nothing_in_that_currency(dollars: World) -> None:
    driver, _ = with_dollars(dollars, "50.00")
    session = dollars.charging(driver)
    settle(dollars, session)
    staff = "staff:7f0c5f0e-58c1-4c8a-9a55-0a2f3a3d3b11"
    other = "staff:0b8a9e7e-0000-4c8a-9a55-0a2f3a3d3b11"
    waived = reviewing.waive(
        session_id=session.pk, reason="The cable hung.", by=staff, approved_by=other, at=NOW + minutes(70)
    )
    assert (waived.currency, waived.total) == ("USD", Decimal(0))


@pytest.mark.parametrize(("named", "held"), [("USD=7,*=3", "7"), ("KGS=200,*=3", "3")])
def test_it_holds_the_step_of_its_currency(dollars: World, settings: Settings, named: str, held: str) -> None:
    settings.RESERVE_STEP = {
        name: Decimal(amount) for name, _, amount in (one.partition("=") for one in named.split(","))
    }
    driver, wallet = with_dollars(dollars, "50.00")
    dollars.request(driver)
    assert figures(wallet) == (Decimal(50), Decimal(held))


def test_it_starts_with_the_least_of_its_currency(dollars: World) -> None:
    """1.00 USD is enough, where ten som are."""
    driver, wallet = with_dollars(dollars, "1.50")
    dollars.request(driver)
    assert figures(wallet) == (Decimal("1.50"), Decimal("1.50"))
