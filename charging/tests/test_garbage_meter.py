"""Registers that no meter has, and prices that no column holds: kept for a person, never in the way of anything."""

from decimal import Decimal

import pytest

from charging import review, sweeps
from charging.models import Session, Settlement
from charging.models.session import State
from charging.tests.settling import after, check, decide, ended, refusal, settle, stands
from charging.tests.world import NOW, World, per_kwh
from drivepower.core.models import Alert

NOTHING = Decimal(0)


@pytest.mark.parametrize(
    ("start_wh", "stop_wh", "price"),
    [
        (1000, 10**15 - 1, "15"),
        (0, 2**43, "1500"),
        (-(10**15), 10**15, "15"),
        (-(10**10), 10**10, "15"),
        (0, 10**10, "9999999"),
    ],
)
def test_it_goes_to_review(world: World, start_wh: int, stop_wh: int, price: str) -> None:
    world.price(per_kwh(price))
    driver = world.driver("1000.00")
    asked = world.request(driver)
    session = world.begin(asked.tag, meter_start_wh=start_wh).session
    world.end(session, stop_wh, at=after(60))
    assert sweeps.settle_ended(at=after(61)) == 1
    session.refresh_from_db()
    assert session.state == State.REVIEW
    assert not Alert.objects.exists()
    assert (session.billed_energy_wh or 0) <= review.MOST_WH
    decide("correct", session, energy_wh=1000, stopped_at=after(50), approved_by="staff:second")
    check(session, str(Decimal(price)))


def test_a_price_beyond_every_wallet_is_recorded_as_none(world: World) -> None:
    world.price(per_kwh("9999999"))
    session = ended(world, world.driver("1000.00"), 9 * 10**9)
    settled = settle(session)
    assert settled is not None
    assert (settled.total, settled.lines, session.state) == (NOTHING, [], State.REVIEW)
    assert {review.PRICE_TOO_LARGE, review.TOO_LARGE} <= set(session.findings)
    assert review.NO_PRICE not in session.findings
    assert refusal("accept", session) == "price_too_large"


def test_a_waiver_frees_what_is_held_for_it(world: World) -> None:
    world.price(per_kwh("9999999"))
    driver = world.driver("1000.00")
    session = ended(world, driver, 9 * 10**9)
    settle(session)
    decide("waive", session)
    assert stands(world.wallet(driver)) == (Decimal(1000), NOTHING, NOTHING)


def test_a_difference_beyond_every_meter_is_odd(world: World) -> None:
    asked = world.request(world.driver("1000.00"))
    session = world.begin(asked.tag, meter_start_wh=-(review.MOST_WH)).session
    world.end(session, 1000, at=after(60))
    settle(session)
    assert (session.billed_energy_wh, review.ODD_METER in session.findings) == (0, True)
    assert Settlement.objects.get().total == NOTHING


def test_a_register_that_a_meter_can_have_counts(world: World) -> None:
    asked = world.request(world.driver("1000.00"))
    session = world.begin(asked.tag, meter_start_wh=9_000_000_000, at=NOW).session
    world.end(session, 9_000_025_500, at=after(60))
    settle(session)
    assert Session.objects.get().state == State.SETTLED
    check(session, "382.50")
