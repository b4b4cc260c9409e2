"""A hold keeps up with what a charge costs, or the charge is stopped."""

from decimal import Decimal

import pytest

from charging import limits
from charging.models import Session
from charging.models.session import State
from charging.tests.world import NOW, World, minutes, per_kwh

HELD = {"60000.00": "20040.00", "1000.00": "1000.00"}


@pytest.mark.parametrize("balance", HELD)
def test_it_holds_what_is_missing_or_stops(world: World, balance: str) -> None:
    """At 2000.00 a kWh 10 kWh cost 20,000.00, and 20,040.00 in a second."""
    world.price(per_kwh("2000.00"))
    driver = world.driver(balance)
    world.card(driver)
    session = world.begin("CARD-1").session
    at = NOW + minutes(20)
    for back in (10, 0):
        world.read(session, 11_000, at=at - minutes(back / 60), power_w=72_000)
    [looked] = limits.touched(session_ids=[session.pk], at=at)
    assert (looked.cost, looked.stop) == (Decimal("20000.00"), balance == "1000.00")
    assert world.wallet(driver).held == Decimal(HELD[balance])
    assert Session.objects.get().state == (State.STOPPING if looked.stop else State.ACTIVE)
