"""Worked evenings at a charger in Bishkek, from the plug to the wallet; each has 1000.00 KGS to begin with."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership
from billing import ledger, tariffs
from billing.models import ClientTariff, Hold, PromoCode, PromoUse, TariffPlan, Transfer
from billing.models.tariffs import Dimension
from charging import limits
from charging.models import Session
from charging.tests.evenings import charge, clock, left, lines, move_to, pay
from charging.tests.world import NOW, World, company, minutes, per_kwh, rule, top_up

SEVEN = clock("19:00")
FRIDAY = date(2026, 3, 6)


def night_tariff(world: World) -> None:
    """15.00 from 07:00 to 23:00, 9.00 at night."""
    day, night = {"starts": "07:00", "ends": "23:00"}, {"starts": "23:00", "ends": "07:00"}
    world.price(per_kwh("15.00", **day), per_kwh("9.00", **night))


def test_it_is_the_reference_evening(world: World) -> None:
    """Charge 25.5 kWh in forty minutes at 15.00: 25.5 x 15.00 = 382.50, and 617.50 are left."""
    driver = world.driver("1000.00")
    receipt = pay(world, charge(world, driver, begins=SEVEN, lasts=40, energy_wh=25_500))
    assert (receipt.gross, receipt.currency) == (Decimal("382.50"), "KGS")
    assert lines(receipt) == [("Energy", 25_500, "382.5")]
    assert left(world, driver) == Decimal("617.50")
    assert ledger.check_books() == []


def test_it_gets_cheaper_at_eleven_and_stays_so_over_midnight(world: World) -> None:
    """Plugged in at 22:00, 14 kWh until 23:00, another 16 until 01:00: 14 x 15.00 = 210.00 and 16 x 9.00 = 144.00."""
    night_tariff(world)
    driver = world.driver("1000.00")
    read = [(30, 8000), (60, 14_000), (120, 26_000)]
    session = charge(world, driver, begins=clock("22:00"), lasts=180, energy_wh=30_000, readings=read)
    receipt = pay(world, session)
    assert [amount for *_, amount in lines(receipt)] == ["210", "144"]
    assert left(world, driver) == Decimal("646.00")


def test_it_is_one_price_from_friday_night_until_saturday_begins(world: World) -> None:
    """Friday 23:00 to Saturday 01:00, 10 kWh an hour: 10 x 15.00 = 150.00, then the weekend's 10 x 11.00 = 110.00."""
    world.price(per_kwh("15.00"), per_kwh("11.00", weekdays=[6, 7], priority=1))
    driver = world.driver("1000.00")
    session = charge(world, driver, begins=clock("23:00", day=FRIDAY), lasts=120, energy_wh=20_000)
    assert [amount for *_, amount in lines(pay(world, session))] == ["150", "110"]
    assert left(world, driver) == Decimal("740.00")


@pytest.mark.parametrize(
    ("zone", "day", "hours", "total"),
    [
        # from 22:00 on 7 kW: one hour of day, 7 x 15.00 = 105.00; the night of 23:00 to 04:00 has four hours in spring,
        # 28 x 9.00 = 252.00, and six in autumn, 42 x 9.00 = 378.00
        ("Europe/Berlin", date(2026, 3, 28), 5, "357.00"),
        ("Europe/Berlin", date(2026, 10, 24), 7, "483.00"),
        ("America/Santiago", date(2026, 9, 5), 5, "357.00"),
        ("America/Santiago", date(2026, 4, 4), 7, "483.00"),
    ],
    ids=["berlin spring", "berlin autumn", "santiago spring", "santiago autumn"],
)
def test_it_is_a_night_on_which_the_clock_is_changed(
    world: World, zone: str, day: date, hours: int, total: str
) -> None:
    """Plugged in at 22:00 on the wall, unplugged at 04:00 on the wall."""
    night_tariff(world)
    move_to(world, zone)
    driver = world.driver("1000.00")
    begins = clock("22:00", day=day, zone=zone)
    assert begins + timedelta(hours=hours) == clock("04:00", day=day + timedelta(days=1), zone=zone)
    receipt = pay(world, charge(world, driver, begins=begins, lasts=60 * hours, energy_wh=7000 * hours))
    assert f"{receipt.gross:.2f}" == total
    assert lines(receipt)[0] == ("Energy", 7000, "105")
    assert left(world, driver) == 1000 - Decimal(total)


def test_it_has_a_fee_and_minutes(world: World) -> None:
    """15 kWh x 12.00 = 180.00, 45 minutes x 0.50 = 22.50, and 20.00 for the session: 222.50."""
    world.price(per_kwh("12.00"), rule(Dimension.PER_MINUTE, "0.50"), rule(Dimension.SESSION_FEE, "20.00"))
    driver = world.driver("1000.00")
    receipt = pay(world, charge(world, driver, begins=SEVEN, lasts=45, energy_wh=15_000))
    assert [(quantity, amount) for _, quantity, amount in lines(receipt)] == [
        (15_000, "180"),
        (2700, "22.5"),
        (1, "20"),
    ]
    assert left(world, driver) == Decimal("777.50")


def test_it_is_cheaper_for_a_member_but_for_the_fee(world: World) -> None:
    """15 % off 12.00 is 10.20: 15 x 10.20 = 153.00; off 0.50 is 0.425: 45 x 0.425 = 19.125 -> 19.13; the fee 20.00."""
    world.price(per_kwh("12.00"), rule(Dimension.PER_MINUTE, "0.50"), rule(Dimension.SESSION_FEE, "20.00"))
    driver = world.driver("1000.00", membership=Membership.objects.create(name="Silver", discount_percent=15))
    receipt = pay(world, charge(world, driver, begins=SEVEN, lasts=45, energy_wh=15_000))
    assert [amount for *_, amount in lines(receipt)] == ["153", "19.13", "20"]
    assert left(world, driver) == Decimal("807.87")


def test_it_is_a_fleets_evening_at_its_own_rate(world: World) -> None:
    """25.5 kWh x 8.80 = 224.40 and nothing else; the fleet pays at the end of the month."""
    world.price(per_kwh("15.00"), rule(Dimension.SESSION_FEE, "20.00"))
    fleet = company()
    wallet = ledger.wallet_of(company=fleet, currency="KGS")
    type(wallet).objects.filter(pk=wallet.pk).update(credit_limit=5000)
    ClientTariff.objects.create(company=fleet, rate_per_kwh=Decimal("8.80"), currency="KGS", valid_from=NOW)
    driver = world.driver("1000.00")
    world.card(driver, company=fleet)
    session = world.begin("CARD-1", at=SEVEN).session
    ended = world.end(session, 26_500, at=SEVEN + minutes(40))
    assert ended is not None
    assert lines(pay(world, ended)) == [("Agreed rate", 25_500, "224.4")]
    wallet.refresh_from_db()
    assert (wallet.balance, wallet.owed, left(world, driver)) == (Decimal("-224.40"), Decimal(0), Decimal(1000))


def test_it_has_a_promo_code_with_a_cap(world: World) -> None:
    """A fifth of 382.50 is 76.50, but 50.00 at most: 332.50."""
    promo = {"kind": "percent", "value": Decimal(20), "most": Decimal(50), "valid_from": NOW}
    PromoCode.objects.create(code="SPRING", **promo)
    driver = world.driver("1000.00")
    session = charge(world, driver, begins=SEVEN, lasts=40, energy_wh=25_500, promo_code="spring")
    receipt = pay(world, session)
    assert lines(receipt) == [("Energy", 25_500, "382.5"), ("SPRING", 1, "-50")]
    assert (receipt.gross, left(world, driver)) == (Decimal("332.50"), Decimal("667.50"))
    use = PromoUse.objects.get()
    assert (use.state, use.amount, use.subject) == ("used", Decimal(50), session.subject)


def test_it_has_the_tax_in_its_prices(world: World) -> None:
    """382.50 with 12 % in it: 382.50 x 12 / 112 = 40.98 of tax, 341.52 of revenue."""
    world.price(per_kwh("15.00"), tax_percent=Decimal(12), tax_name="VAT")
    driver = world.driver("1000.00")
    receipt = pay(world, charge(world, driver, begins=SEVEN, lasts=40, energy_wh=25_500))
    assert (receipt.net, receipt.tax, receipt.gross) == (Decimal("341.52"), Decimal("40.98"), Decimal("382.50"))
    assert Transfer.objects.get(kind=Transfer.Kind.TAX).amount == Decimal("40.98")
    assert left(world, driver) == Decimal("617.50")


def test_it_has_the_tax_on_top_of_each_line(world: World) -> None:
    """25.5 x 15.00 = 382.50 and 45.90 of tax; the fee 19.99 and 2.3988 -> 2.40 of tax: 450.79."""
    fee = rule(Dimension.SESSION_FEE, "19.99")
    world.price(per_kwh("15.00"), fee, tax_percent=Decimal(12), tax_included=False)
    driver = world.driver("1000.00")
    receipt = pay(world, charge(world, driver, begins=SEVEN, lasts=40, energy_wh=25_500))
    assert (receipt.net, receipt.tax, receipt.gross) == (Decimal("402.49"), Decimal("48.30"), Decimal("450.79"))
    assert left(world, driver) == Decimal("549.21")


def test_it_is_for_a_hundred_som(world: World) -> None:
    """The driver wants 100.00 worth; at 6.655 kWh the station is asked to stop, and at 6.66 it has: 99.90."""
    driver = world.driver("1000.00")
    session = world.charging(driver, at=SEVEN, amount=Decimal(100))
    assert Hold.objects.get().amount == Decimal(100)
    world.say(world.one, "Charging", at=SEVEN + minutes(0.1))
    for minute, energy, stop in ((4, 4000, False), (5, 5000, False), (6.7, 6655, True)):
        at = SEVEN + minutes(minute)
        world.read(session, 1000 + energy, at=at, power_w=60_000 if stop else 20_000)
        assert limits.touched(session_ids=[session.pk], at=at)[0].stop is stop
    ended = world.end(session, 7660, at=SEVEN + minutes(6.71))
    assert ended is not None
    assert pay(world, ended).gross == Decimal("99.90")
    assert (left(world, driver), Session.objects.get().findings) == (Decimal("900.10"), [])


def test_it_costs_nothing_at_a_free_connector(world: World) -> None:
    """The mall pays: no hold, no transfer, and a receipt of 0.00 that says how much it was."""
    world.price(per_kwh("0"))
    driver = world.driver("0")
    receipt = pay(world, charge(world, driver, begins=SEVEN, lasts=40, energy_wh=25_500))
    assert lines(receipt) == [("Energy", 25_500, "0")]
    assert not Hold.objects.exists()
    assert not Transfer.objects.exists()


def test_it_has_a_fee_though_the_car_took_nothing(world: World) -> None:
    """0 kWh and 20.00 for the session."""
    world.price(per_kwh("15.00"), rule(Dimension.SESSION_FEE, "20.00"))
    driver = world.driver("1000.00")
    receipt = pay(world, charge(world, driver, begins=SEVEN, lasts=3, energy_wh=0))
    assert [amount for *_, amount in lines(receipt)] == ["20"]
    assert left(world, driver) == Decimal("980.00")


@pytest.mark.parametrize(
    ("currency", "price", "cost"),
    [
        ("KWD", "0.045", "1.148"),  # 25.515 x 0.045 = 1.148175, three decimals
        ("JPY", "45", "1148"),  # 25.515 x 45 = 1148.175, none
    ],
)
def test_it_is_paid_in_a_currency_of_other_decimals(world: World, currency: str, price: str, cost: str) -> None:
    """The driver has 5000 of it, and som that nobody touches."""
    plan = TariffPlan.objects.create(name=currency, currency=currency)
    tariffs.publish_version(plan=plan, rules=[per_kwh(price)], in_force_from=NOW, at=NOW)
    type(world.station).objects.update(tariff_plan=plan)
    world.station.refresh_from_db()
    driver = world.driver("1000.00")
    wallet = ledger.wallet_of(user=driver, currency=currency)
    top_up(wallet, "5000")
    receipt = pay(world, charge(world, driver, begins=SEVEN, lasts=40, energy_wh=25_515))
    assert (receipt.gross, receipt.currency) == (Decimal(cost), currency)
    wallet.refresh_from_db()
    assert (wallet.balance, wallet.held, left(world, driver)) == (5000 - Decimal(cost), Decimal(0), Decimal(1000))
