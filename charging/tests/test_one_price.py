"""One charge has one price: what is shown before it, frozen at its start, told while it runs, and settled after it.

The reference had four sources of a price, and lost client tariff, minutes, fees and promo code at settlement.
"""

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership, User
from billing import pricing, tariffs
from billing.models import ClientTariff, PromoCode, Receipt, TariffPlan
from billing.models.tariffs import Dimension
from billing.pricing import Price, Terms
from charging import limits, settlement
from charging.models import Session
from charging.tests.world import NOW, World, minutes, per_kwh, rule
from stations import prices

LONG_AGO = NOW - timedelta(days=365)
FEES = rule(Dimension.PER_MINUTE, "0.50"), rule(Dimension.SESSION_FEE, "20.00")


def shown_before(world: World, driver: User, code: str) -> Price:
    """What the price page says of 25.5 kWh in an hour."""
    promo = PromoCode.objects.filter(code=code).first()
    terms = prices.terms_for(connector=world.one, client=tariffs.client_of(user=driver), promo=promo, at=NOW)
    assert terms is not None
    return pricing.estimate(terms, starts_at=NOW, energy_wh=25_500, duration=minutes(60))


def frozen(session: Session) -> Terms:
    assert session.price_terms is not None
    return tariffs.thaw_terms(session.price_terms)


def everywhere(world: World, driver: User, code: str = "") -> list[Decimal]:
    """The price of the same charge as shown, by its frozen terms, as told while it runs, settled and receipted."""
    before = shown_before(world, driver, code)
    session = world.charging(driver, promo_code=code, amount=Decimal(2000))
    by_terms = pricing.estimate(frozen(session), starts_at=NOW, energy_wh=25_500, duration=minutes(60))
    world.read(session, 26_500, at=NOW + minutes(60))
    [looked] = limits.touched(session_ids=[session.pk], at=NOW + minutes(60))
    # Prices change while the car charges; its own do not.
    tariffs.publish_version(plan=world.plan, rules=[per_kwh("99")], in_force_from=LONG_AGO, at=NOW)
    ClientTariff.objects.update(valid_until=NOW + minutes(30))
    Membership.objects.update(discount_percent=0)
    PromoCode.objects.update(is_active=False, value=Decimal(1))
    world.end(session, 26_500, at=NOW + minutes(60))
    settled = settlement.settle(session_id=session.pk, at=NOW + minutes(61))
    assert settled is not None
    receipt = Receipt.objects.get(subject=session.subject)
    return [before.gross, by_terms.gross, looked.cost, settled.total, receipt.gross]


def agree(**fields: Any) -> None:
    ClientTariff.objects.create(valid_from=LONG_AGO, **fields)


def code(**fields: Any) -> str:
    usual = {"code": "SPRING", "kind": "percent", "value": Decimal(50), "valid_from": LONG_AGO}
    return PromoCode.objects.create(**(usual | fields)).code


def member(world: World) -> User:
    return world.driver("5000", membership=Membership.objects.create(name="Gold", discount_percent=10))


def test_it_is_the_contracts_example(world: World) -> None:
    """25.5 kWh at 15.00 = 382.50."""
    assert everywhere(world, world.driver("5000")) == [Decimal("382.50")] * 5


def test_it_has_every_dimension(world: World) -> None:
    """382.50 of energy, 60 minutes at 0.50 = 30.00, 20.00 for the session; the reference priced one of them."""
    world.price(per_kwh("15.00"), *FEES)
    assert everywhere(world, world.driver("5000")) == [Decimal("432.50")] * 5


def test_it_has_the_membership(world: World) -> None:
    """25.5 kWh at 13.50 = 344.25, 60 minutes at 0.45 = 27.00, and the whole fee."""
    world.price(per_kwh("15.00"), *FEES)
    assert everywhere(world, member(world)) == [Decimal("391.25")] * 5


def test_it_has_the_clients_rate_alone(world: World) -> None:
    """25.5 kWh at 9.99 = 254.745, half up; no minutes, no fee, no membership."""
    world.price(per_kwh("15.00"), *FEES)
    driver = member(world)
    agree(user=driver, rate_per_kwh=Decimal("9.99"), currency="KGS")
    assert everywhere(world, driver) == [Decimal("254.75")] * 5


def test_it_has_the_clients_plan_with_its_discount(world: World) -> None:
    """25.5 kWh at 12.00 less 20 % = 244.80, and the fee of that plan, 5.00."""
    theirs = TariffPlan.objects.create(name="Theirs")
    rules = per_kwh("12.00"), rule(Dimension.SESSION_FEE, "5.00")
    tariffs.publish_version(plan=theirs, rules=rules, in_force_from=LONG_AGO, at=NOW)
    driver = member(world)
    agree(user=driver, plan=theirs, discount_percent=Decimal(20))
    assert everywhere(world, driver) == [Decimal("249.80")] * 5


def test_it_has_the_promo_code(world: World) -> None:
    """Half of 432.50."""
    world.price(per_kwh("15.00"), *FEES)
    assert everywhere(world, world.driver("5000"), code()) == [Decimal("216.25")] * 5


def test_it_has_the_membership_and_the_promo_code(world: World) -> None:
    """391.25 less half of it, but 100.00 at most."""
    world.price(per_kwh("15.00"), *FEES)
    assert everywhere(world, member(world), code(most=Decimal(100))) == [Decimal("291.25")] * 5


def test_it_has_the_stations_own_price(world: World) -> None:
    """25.5 kWh at 12.40 = 316.20, and 7.00 for the session."""
    prices.set_own_price(
        station=world.station, per_kwh=Decimal("12.40"), session_fee=Decimal(7), by="staff:1", reason="", at=LONG_AGO
    )
    world.one.refresh_from_db()
    driver = world.driver("5000")
    assert everywhere(world, driver) == [Decimal("323.20")] * 5


def test_it_has_the_windows_of_the_place(world: World) -> None:
    """09:00 to 10:00 UTC is 15:00 to 16:00 in Bishkek: half the energy at 15.00, half at 10.00; UTC knew neither."""
    day, evening = time(0), time(15, 30)
    windows = per_kwh("15.00", starts=day, ends=evening), per_kwh("10.00", starts=evening, ends=day)
    world.price(*windows)
    assert everywhere(world, world.driver("5000")) == [Decimal("318.75")] * 5


def test_it_has_the_tax(world: World) -> None:
    """382.50 with 12 % on top of it = 428.40."""
    world.price(per_kwh("15.00"), tax_percent=Decimal(12), tax_included=False)
    assert everywhere(world, world.driver("5000")) == [Decimal("428.40")] * 5


@pytest.mark.parametrize("level", ["default", "none"])
def test_it_has_no_hidden_price(world: World, level: str) -> None:
    """The reference fell back to 12.00 or 13.50 per kWh; a default plan is a plan, and without one nothing starts."""
    world.station.tariff_plan = None
    world.station.save(update_fields=["tariff_plan"])
    world.one.refresh_from_db()
    if level == "default":
        TariffPlan.objects.filter(pk=world.plan.pk).update(is_default=True)
        assert everywhere(world, world.driver("5000")) == [Decimal("382.50")] * 5
    else:
        assert prices.terms_for(connector=world.one, at=NOW) is None
