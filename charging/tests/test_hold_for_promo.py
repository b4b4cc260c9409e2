"""A promo code that holds from a price on takes nothing off on the way there: that is held too."""

from decimal import Decimal
from typing import Any

import pytest

from billing.models import PromoCode
from charging import limits, sweeps
from charging.models import Session
from charging.models.session import State
from charging.tests.world import NOW, World, minutes
from drivepower.core.refusals import Refusal


def make_code(**fields: Any) -> None:
    """100 % off from 300.00 on, unless told otherwise."""
    usual = {"kind": "percent", "value": Decimal(100), "valid_from": NOW - minutes(60), "least_price": Decimal(300)}
    PromoCode.objects.create(code="SPRING", currency="KGS", **(usual | fields))


def start(world: World, balance: str, **asked: Any) -> Decimal:
    """What a start with the code holds."""
    driver = world.driver(balance)
    world.request(driver, promo_code="spring", **asked)
    held: Decimal = world.wallet(driver).held
    return held


@pytest.mark.parametrize(
    ("fields", "energy_wh", "held"),
    [
        ({}, 10_000, "150.00"),  # it never comes to 300.00
        ({}, 20_000, "300.00"),  # nothing is left, and 299.99 were to be paid just before
        ({}, 100_000, "300.00"),
        ({"value": Decimal(50)}, 100_000, "750.00"),  # half of 1500.00 is more than was to be paid before
        ({"least_price": None}, 100_000, "0"),
        ({"least_price": None, "most": Decimal(100)}, 20_000, "200.00"),
    ],
)
def test_it_holds_the_largest_price_on_the_way(world: World, fields: dict[str, Any], energy_wh: int, held: str) -> None:
    make_code(**fields)
    assert start(world, "2000.00", energy_wh=energy_wh) == Decimal(held)


def test_it_refuses_a_start_that_could_not_get_there(world: World) -> None:
    make_code()
    with pytest.raises(Refusal) as refused:
        start(world, "0", energy_wh=20_000)
    assert refused.value.code == "zero_balance"


@pytest.mark.parametrize("asked", [{}, {"amount": Decimal(150)}], ids=["no limit", "amount"])
@pytest.mark.parametrize(("least", "held"), [(None, 0), (Decimal(300), None)])
def test_a_code_for_all_of_it_needs_no_money(
    world: World, asked: dict[str, Any], least: Decimal | None, held: int | None
) -> None:
    make_code(least_price=least)
    if held is None:
        with pytest.raises(Refusal):
            start(world, "0", **asked)
    else:
        assert start(world, "0", **asked) == held


def test_it_charges_through_to_where_nothing_is_left(world: World) -> None:
    make_code()
    driver = world.driver("300.00")
    asked = world.request(driver, promo_code="spring", energy_wh=40_000)
    session = world.begin(asked.tag).session
    for energy_wh in (2000, 19_700, 20_100):
        at = NOW + minutes(energy_wh / 600)
        world.read(session, 1000 + energy_wh, at=at, power_w=36_000)
        assert [one.stop for one in limits.touched(session_ids=[session.pk], at=at)] == [False]
    assert Session.objects.get().state == State.ACTIVE


@pytest.mark.parametrize(("balance", "status"), [("0", "Blocked"), ("500.00", "Accepted")])
def test_a_late_start_without_its_code_needs_money(world: World, balance: str, status: str) -> None:
    """All of it was off, nothing was held, and another has used the code up since."""
    make_code(least_price=None, uses_in_all=1)
    driver = world.driver(balance)
    late = world.request(driver, promo_code="spring", energy_wh=20_000)
    assert world.wallet(driver).held == 0
    sweeps.fail_expired_starts(at=NOW + minutes(3))
    world.request(world.driver("0"), connector=2, promo_code="spring", energy_wh=20_000, at=NOW + minutes(4))
    assert world.begin(late.tag, at=NOW + minutes(5)).status == status
    assert world.wallet(driver).held == (300 if status == "Accepted" else 0)


def test_a_late_start_holds_anew_what_its_dearer_terms_take(world: World) -> None:
    """150.00 of 300.00 were held with a code for half of it, which is used up by now."""
    make_code(least_price=None, value=Decimal(50), uses_in_all=1)
    driver = world.driver("1000.00")
    late = world.request(driver, promo_code="spring", energy_wh=20_000)
    assert world.wallet(driver).held == 150
    sweeps.fail_expired_starts(at=NOW + minutes(3))
    world.request(world.driver(), connector=2, promo_code="spring", energy_wh=20_000, at=NOW + minutes(4))
    assert world.begin(late.tag, at=NOW + minutes(5)).status == "Accepted"
    assert world.wallet(driver).held == 300
