"""Fifty starts at once with money for one: one of them charges, whatever the order."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from billing import ledger
from billing.models import Hold
from charging.lifecycle import Began
from charging.tests.test_races import race
from charging.tests.world import NOW, World, company
from stations.models import Connector

CARS = 50


def plug_in(world: World, **card: Any) -> list[Began]:
    """Fifty cars at fifty connectors, each with a card of its own, all at once."""
    connectors = [
        Connector(station=world.station, number=number, type=Connector.Type.CCS2, max_power_w=60_000)
        for number in range(3, 3 + CARS)
    ]
    Connector.objects.bulk_create(connectors)
    for connector in connectors:
        world.card(value=f"CARD-{connector.number}", **card)
    return race(*[partial(world.begin, f"CARD-{one.number}", connector=one) for one in connectors])


@pytest.mark.parametrize("balance", ["12.00", "200.00"])
def test_it_lets_one_of_fifty_cards_of_an_account_charge(shared_world: World, balance: str) -> None:
    # a card without a limit holds a step of 200.00, or all that there is if that is less
    world, driver = shared_world, shared_world.driver(balance)

    began = plug_in(world, driver=driver)

    assert sorted(one.status for one in began) == ["Accepted", *["Blocked"] * (CARS - 1)]
    winner = next(one.session for one in began if one.status == "Accepted")
    assert Hold.objects.get().subject == winner.subject
    wallet = world.wallet(driver)
    assert (wallet.balance, wallet.held) == (Decimal(balance), Decimal(balance))
    assert ledger.check_books() == []


def test_it_lets_as_many_cards_of_a_company_charge_as_its_credit_pays(shared_world: World) -> None:
    # nothing in the wallet and a credit of 500.00: two steps of 200.00, and 100.00 for a third
    fleet = company()
    wallet = ledger.wallet_of(company=fleet, currency="KGS")
    ledger.set_credit_limit(wallet=wallet, limit=Decimal(500), at=NOW)

    began = plug_in(shared_world, company=fleet)

    assert [one.status for one in began].count("Accepted") == 3
    assert sorted(Hold.objects.values_list("amount", flat=True)) == [100, 200, 200]
    wallet.refresh_from_db()
    assert (wallet.balance, wallet.held) == (0, 500)
    assert ledger.check_books() == []
