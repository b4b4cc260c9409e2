"""A session fee is paid by the mere start: nobody begins who cannot pay that."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models.tariffs import Dimension
from charging.tests.world import NOW, World, per_kwh, rule
from drivepower.core.refusals import Refusal


@pytest.fixture
def dear(world: World) -> World:
    """A station that takes 30.00 for a session, and 15.00 a kWh."""
    world.price(per_kwh("15.00"), rule(Dimension.SESSION_FEE, "30.00"))
    return world


def test_it_refuses_an_amount_that_the_fee_uses_up(dear: World) -> None:
    with pytest.raises(Refusal) as refusal:
        dear.request(dear.driver("1000.00"), amount=Decimal("29.99"))
    assert (refusal.value.code, refusal.value.details["least"]) == ("invalid_parameters", "30.00")
    session = dear.request(dear.driver("1000.00"), amount=Decimal("30.00"), at=NOW + timedelta(seconds=1))
    assert session.limit_amount == Decimal("30.00")


def test_it_wants_the_fee_of_a_start_without_a_limit(dear: World) -> None:
    with pytest.raises(Refusal, match="not enough money"):
        dear.request(dear.driver("29.99"))
    session = dear.request(dear.driver("30.00"), at=NOW + timedelta(seconds=1))
    assert session.driver is not None
    assert dear.wallet(session.driver).held == Decimal("30.00")


def test_it_counts_a_tax_on_top_of_the_fee(world: World) -> None:
    """30.00 and 12 % on top: 33.60."""
    fee = rule(Dimension.SESSION_FEE, "30.00")
    world.price(per_kwh("15.00"), fee, tax_percent=Decimal(12), tax_included=False)
    with pytest.raises(Refusal):
        world.request(world.driver("1000.00"), amount=Decimal("33.59"))
    session = world.request(world.driver("1000.00"), amount=Decimal("33.60"), at=NOW + timedelta(seconds=1))
    assert session.limit_amount == Decimal("33.60")
