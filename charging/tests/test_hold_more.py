"""A hold keeps up with what a charge costs, or the charge is stopped."""

from decimal import Decimal

import pytest

from charging import limits
from charging.models import Session
from charging.models.session import State
from charging.tests.world import NOW, World, minutes, per_kwh
from stations.models import Connector

HELD = {"60000.00": "20040.00", "1000.00": "1000.00"}


def test_it_looks_again_at_once_where_a_limit_is_as_near_as_the_money_was(world: World) -> None:
    """50 Wh a second: 200.00 are used up in a second, 13.5 kWh four seconds from now."""
    Connector.objects.update(max_power_w=400_000)
    driver = world.driver("60000.00")
    world.card(driver, day_limit_wh=13_530)
    session = world.begin("CARD-1").session
    assert world.wallet(driver).held == Decimal("200.00")
    at = NOW + minutes(20)
    world.read(session, 1000 + 13_300, at=at, power_w=180_000)
    looks = [limits.touched(session_ids=[session.pk], at=at, heard={session.pk: at})[0] for _ in range(2)]
    assert [one.stop for one in looks] == [False, False]
    assert looks[0].again_in == 0
    assert looks[1].again_in == pytest.approx(3.6, abs=0.2)


def test_it_looks_again_at_what_cannot_be_true_and_tells_no_cost(world: World) -> None:
    """60 kWh in ten minutes from 3 kW, and a limit of time five seconds away."""
    Connector.objects.update(max_power_w=3000)
    world.price(per_kwh("0.00"))
    session = world.charging(world.driver("100000.00"), duration=minutes(10))
    at = NOW + minutes(9.9)
    world.read(session, 61_000, at=at, power_w=3000)
    [looked] = limits.touched(session_ids=[session.pk], at=at)
    assert (looked.cost, looked.stop) == (None, False)
    assert looked.again_in == pytest.approx(5, abs=0.2)


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
