"""Putting the energy, the times or the driver of a finished session right; the difference moves."""

from decimal import Decimal
from typing import Any

import pytest

from billing import tariffs
from billing.models import Capture, ClientTariff, PromoCode, PromoUse, TariffPlan
from charging import review
from charging.models import Settlement
from charging.models.session import State
from charging.tests.settling import after, check, decide, ended, inferred, refusal, settle, stands
from charging.tests.world import NOW, World, company, minutes, per_kwh, top_up

Verdict = Settlement.Verdict
NOTHING = Decimal(0)


def test_correcting_charges_the_right_energy(world: World) -> None:
    """26.5 MWh by a meter that jumped; 10 kWh by the driver's car: 150.00."""
    driver = world.driver("1000.00")
    session = ended(world, driver, 26_500_000)
    settle(session)
    assert session.state == State.REVIEW
    made = decide("correct", session, energy_wh=10_000)
    assert (session.state, made.verdict, session.billed_energy_wh) == (State.SETTLED, Verdict.CORRECTED, 10_000)
    # What the station said stays as it said it.
    assert session.meter_stop_wh == 26_501_000
    check(session, "150.00")


def test_correcting_a_paid_charge_moves_the_difference(world: World) -> None:
    driver = world.driver("1000.00")
    session = ended(world, driver)
    settle(session)
    decide("correct", session, energy_wh=10_000)
    assert (session.state, session.revision) == (State.SETTLED, 1)
    assert stands(world.wallet(driver)) == (Decimal("850.00"), NOTHING, NOTHING)
    check(session, "150.00")
    decide("correct", session, energy_wh=20_000)
    assert stands(world.wallet(driver)) == (Decimal("700.00"), NOTHING, NOTHING)
    check(session, "300.00")
    assert Capture.objects.count() == 3


def test_correcting_times_prices_them(world: World) -> None:
    """The evening costs 20.00 from 15:30 on: a charge that ended at 15:20 fell to the day alone."""
    world.price(per_kwh("10.00", starts="07:00", ends="15:30"), per_kwh("20.00", starts="15:30", ends="07:00"))
    session = ended(world, world.driver("1000.00"), 12_000)
    settle(session)
    check(session, "180.00")
    decide("correct", session, started_at=NOW - minutes(10), stopped_at=after(20))
    check(session, "120.00")
    assert session.duration_seconds(at=after(999)) == 1800


def test_correcting_the_driver_moves_the_bill(world: World) -> None:
    first, second = world.driver("1000.00"), world.driver("1000.00")
    session = ended(world, first)
    settle(session)
    decide("correct", session, driver=second)
    assert stands(world.wallet(first)) == (Decimal("1000.00"), NOTHING, NOTHING)
    assert stands(world.wallet(second)) == (Decimal("617.50"), NOTHING, NOTHING)
    assert session.receipt is not None
    assert session.receipt.wallet == world.wallet(second)
    check(session, "382.50")


def test_correcting_frees_the_hold_of_who_was_taken_for_the_driver(world: World) -> None:
    first, second = world.driver("1000.00"), world.driver("1000.00")
    session = inferred(world, first, 10_000, amount=Decimal(500))
    decide("correct", session, driver=second)
    assert stands(world.wallet(first)) == (Decimal("1000.00"), NOTHING, NOTHING)
    assert stands(world.wallet(second)) == (Decimal("850.00"), NOTHING, NOTHING)


def test_a_driver_who_is_named_pays_instead_of_the_company(world: World) -> None:
    driver, fleet = world.driver("1000.00"), company()
    world.card(driver, company=fleet)
    session = world.begin("CARD-1").session
    world.end(session, 26_500, at=after(60), findings=[review.MALFORMED_STOP])
    settle(session)
    decide("correct", session, driver=driver)
    assert (session.company, session.driver) == (None, driver)
    assert world.wallet(driver).balance == Decimal("617.50")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"energy_wh": -1}, "invalid_energy"),
        ({"energy_wh": review.MOST_WH + 1}, "invalid_energy"),
        ({"stopped_at": NOW - minutes(1)}, "invalid_times"),
        ({"started_at": after(61)}, "invalid_times"),
        ({"stopped_at": after(121)}, "invalid_times"),
        ({"energy_wh": 25_500}, "nothing_to_correct"),
        ({"started_at": NOW, "stopped_at": None}, "nothing_to_correct"),
    ],
)
def test_it_corrects_nothing_into_nonsense(world: World, said: dict[str, Any], code: str) -> None:
    session = ended(world, world.driver("1000.00"))
    settle(session)
    assert refusal("correct", session, **said) == code
    check(session, "382.50")


def test_naming_the_driver_of_a_charge_that_nobody_paid(world: World) -> None:
    driver = world.driver("1000.00")
    session = world.begin("NOBODY").session
    world.end(session, 26_500, at=after(60))
    settle(session)
    decide("correct", session, driver=driver)
    assert world.wallet(driver).balance == Decimal("617.50")
    check(session, "382.50")


def test_a_debt_goes_when_the_charge_is_corrected(world: World) -> None:
    driver = world.driver("100.00")
    session = ended(world, driver)
    settle(session)
    decide("correct", session, energy_wh=6000)
    assert stands(world.wallet(driver)) == (Decimal("10.00"), NOTHING, NOTHING)
    top_up(world.wallet(driver), "5.00")
    assert stands(world.wallet(driver)) == (Decimal("15.00"), NOTHING, NOTHING)
    check(session, "90.00")


def test_another_driver_pays_by_their_own_price(world: World) -> None:
    """The first has a price of their own, 10 % off as a member, and a code; the second pays 15.00 a kWh."""
    first, second = world.driver("1000.00"), world.driver("1000.00")
    plan = TariffPlan.objects.create(name="Of the first")
    tariffs.publish_version(plan=plan, rules=[per_kwh("10.00")], in_force_from=NOW - minutes(9999), at=NOW)
    ClientTariff.objects.create(user=first, plan=plan, discount_percent=10, valid_from=NOW - minutes(60))
    PromoCode.objects.create(code="SPRING", kind="percent", value=50, valid_from=NOW, uses_in_all=1)
    session = ended(world, first, promo_code="SPRING")
    settle(session)
    check(session, "114.75")
    decide("correct", session, driver=second)
    assert stands(world.wallet(first)) == (Decimal("1000.00"), NOTHING, NOTHING)
    assert stands(world.wallet(second)) == (Decimal("617.50"), NOTHING, NOTHING)
    assert PromoUse.objects.get().state == PromoUse.State.RETURNED
    check(session, "382.50")


def test_another_driver_pays_what_stood_where_no_price_is_found_any_more(world: World) -> None:
    second = world.driver("1000.00")
    session = ended(world, world.driver("1000.00"))
    settle(session)
    type(world.station).objects.update(tariff_plan=None)
    decide("correct", session, driver=second)
    assert world.wallet(second).balance == Decimal("617.50")
