"""From energy to money, to the tyiyn: worked examples, and what waits for a person instead."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from billing import ledger
from billing.models import Debt, Hold, Receipt, Transfer
from billing.models.tariffs import Dimension
from charging import lifecycle, review, settlement
from charging.models import Session, Settlement
from charging.models.session import State
from charging.tests.world import NOW, World, company, minutes, per_kwh, rule

Verdict = Settlement.Verdict


def after(count: float) -> datetime:
    """So many minutes after the start."""
    return NOW + minutes(count)


def settle(*, at: datetime | None = None) -> Settlement:
    """Settle the newest session."""
    settled = settlement.settle(session_id=Session.objects.latest("pk").pk, at=at or after(61))
    assert settled is not None
    return settled


def charge(world: World, driver: User, energy_wh: int = 25_500, **asked: Any) -> Session:
    """An hour at the connector, settled."""
    session = world.charging(driver, **asked)
    world.end(session, 1000 + energy_wh, at=after(60))
    settle()
    session.refresh_from_db()
    return session


def test_it_charges_energy_and_gives_the_rest_back(world: World) -> None:
    """25.5 kWh at 15.00 = 382.50; 1000.00 before, 617.50 after."""
    driver = world.driver("1000.00")
    session = world.charging(driver, amount=Decimal("500.00"))
    assert world.wallet(driver).available == Decimal("500.00")
    world.end(session, 26_500, at=after(60))
    settled = settle()
    assert (settled.verdict, settled.revision, settled.currency) == (Verdict.OK, 0, "KGS")
    assert (settled.total, settled.shortfall) == (Decimal("382.50"), Decimal(0))
    wallet = world.wallet(driver)
    assert (wallet.balance, wallet.held, wallet.owed) == (Decimal("617.50"), Decimal(0), Decimal(0))
    session.refresh_from_db()
    assert (session.state, session.findings) == (State.SETTLED, [])
    receipt = session.receipt
    assert receipt is not None
    assert (receipt.gross, receipt.subject, receipt.wallet) == (Decimal("382.50"), session.subject, wallet)
    (line,) = receipt.lines.all()
    assert (line.quantity, line.unit, line.unit_price, line.gross) == (
        Decimal(25_500),
        "Wh",
        Decimal(15),
        Decimal("382.50"),
    )
    assert settled.lines == [
        {
            "dimension": "per_kwh",
            "rule": "Energy",
            "starts_at": NOW.isoformat(),
            "ends_at": after(60).isoformat(),
            "quantity": "25500",
            "unit": "Wh",
            "unit_price": "15.0000",
            "net": "382.50",
            "tax": "0.00",
            "gross": "382.50",
        }
    ]
    assert ledger.check_books() == []


def test_it_charges_all_four_dimensions(world: World) -> None:
    """10 kWh at 15.00, 40 minutes at 0.50, a fee of 20.00, idle for 20 minutes of which 10 are free at 2.00."""
    world.price(
        per_kwh("15.00"),
        rule(Dimension.PER_MINUTE, "0.50"),
        rule(Dimension.SESSION_FEE, "20.00"),
        rule(Dimension.PARKING_FEE, "2.00"),
        idle_grace_seconds=600,
    )
    driver = world.driver("1000.00")
    session = world.charging(driver)
    world.say(world.one, "Charging", at=after(1))
    world.read(session, 11_000, at=after(40))
    world.say(world.one, "SuspendedEV", at=after(40))
    world.end(session, 11_000, at=after(60))
    world.say(world.one, "Available", at=after(60))
    assert settle().total == Decimal("150.00") + Decimal("20.00") + Decimal("20.00") + Decimal("20.00")
    assert world.wallet(driver).balance == Decimal("790.00")


def test_it_takes_the_tax_out_of_the_price(world: World) -> None:
    """382.50 with 12 % inside: 341.52 + 40.98."""
    world.price(per_kwh("15.00"), tax_percent=Decimal(12), tax_name="VAT")
    session = charge(world, world.driver("1000.00"))
    assert session.receipt is not None
    assert (session.receipt.net, session.receipt.tax) == (Decimal("341.52"), Decimal("40.98"))
    tax = Transfer.objects.get(kind=Transfer.Kind.TAX)
    assert (tax.amount, tax.target.system) == (Decimal("40.98"), "tax")


def test_it_prices_by_the_time_of_use(world: World) -> None:
    """15:00 to 16:00 in Bishkek, dearer from 15:30 on, most of the energy after that."""
    day = {"starts": "07:00", "ends": "15:30"}
    evening = {"starts": "15:30", "ends": "07:00"}
    world.price(per_kwh("10.00", **day), per_kwh("20.00", **evening))
    driver = world.driver("1000.00")
    session = world.charging(driver)
    world.read(session, 3000, at=after(30))
    world.end(session, 11_000, at=after(60))
    assert settle().total == Decimal("20.00") + Decimal("160.00")


def test_it_takes_what_the_hold_does_not_cover_from_the_free_balance(world: World) -> None:
    driver = world.driver("1000.00")
    session = charge(world, driver, amount=Decimal("300.00"))
    wallet = world.wallet(driver)
    assert (wallet.balance, wallet.held, wallet.owed) == (Decimal("617.50"), Decimal(0), Decimal(0))
    assert session.findings == [review.OVERSHOOT]


def test_it_makes_a_debt_of_what_nobody_can_pay(world: World) -> None:
    driver = world.driver("300.00")
    charge(world, driver, amount=Decimal("300.00"))
    wallet = world.wallet(driver)
    assert (wallet.balance, wallet.owed) == (Decimal(0), Decimal("82.50"))
    assert Settlement.objects.get().shortfall == Decimal("82.50")
    assert Debt.objects.get().amount == Decimal("82.50")
    assert ledger.check_books() == []


def test_it_notes_an_energy_limit_that_did_not_hold(world: World) -> None:
    session = world.charging(world.driver(), energy_wh=10_000)
    world.end(session, 11_001, at=after(60))
    settle()
    session.refresh_from_db()
    assert (session.state, session.findings) == (State.SETTLED, [review.OVERSHOOT])


def test_it_gives_a_receipt_for_a_free_charge(world: World) -> None:
    world.price(per_kwh("0"))
    driver = world.driver("0")
    session = charge(world, driver)
    assert session.state == State.SETTLED
    assert session.receipt is not None
    assert session.receipt.gross == 0
    assert not Transfer.objects.exists()


def test_it_settles_a_free_charge_without_a_payer(world: World) -> None:
    world.price(per_kwh("0"))
    world.card(value="TECH", kind="service")
    session = world.begin("TECH").session
    world.end(session, 2000, at=after(60))
    assert settle().verdict == Verdict.OK
    session.refresh_from_db()
    assert session.receipt is not None
    assert session.receipt.wallet is None


def test_it_lets_the_company_of_a_card_pay(world: World) -> None:
    fleet = company()
    wallet = ledger.wallet_of(company=fleet, currency="KGS")
    ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(500), reference="t", at=NOW)
    driver = world.driver("100.00")
    world.card(driver, company=fleet)
    world.end(world.begin("CARD-1").session, 26_500, at=after(60))
    assert settle().verdict == Verdict.OK
    wallet.refresh_from_db()
    assert (wallet.balance, world.wallet(driver).balance) == (Decimal("117.50"), Decimal(100))


def test_it_settles_a_company_on_credit(world: World) -> None:
    fleet = company()
    wallet = ledger.wallet_of(company=fleet, currency="KGS")
    type(wallet).objects.filter(pk=wallet.pk).update(credit_limit=1000)
    world.card(company=fleet)
    began = world.begin("CARD-1")
    assert began.status == "Accepted"
    world.end(began.session, 26_500, at=after(60))
    assert settle().shortfall == 0
    wallet.refresh_from_db()
    assert (wallet.balance, wallet.owed) == (Decimal("-382.50"), Decimal(0))


def test_it_charges_a_revision_once(world: World) -> None:
    driver = world.driver("1000.00")
    session = world.charging(driver)
    world.end(session, 26_500, at=after(60))
    first = settle()
    assert settle(at=after(99)) == first
    assert world.wallet(driver).balance == Decimal("617.50")
    assert Settlement.objects.count() == Receipt.objects.count() == 1


@pytest.mark.parametrize("state", [State.REQUESTED, State.ACTIVE, State.STOPPING, State.FAILED])
def test_it_settles_nothing_that_has_not_ended(world: World, state: State) -> None:
    session = world.charging(world.driver())
    Session.objects.filter(pk=session.pk).update(state=state, holds_connector=False)
    assert settlement.settle(session_id=session.pk, at=after(61)) is None


@pytest.mark.parametrize("name", sorted(name for name in review.SUSPECT if review.lasting([name])))
def test_it_keeps_a_suspect_session_and_its_hold(world: World, name: str) -> None:
    driver = world.driver("1000.00")
    session = world.charging(driver, amount=Decimal(500))
    world.end(session, 26_500, at=after(60), findings=[name])
    settled = settle()
    assert (settled.verdict, settled.total) == (Verdict.SUSPECT, Decimal("382.50"))
    session.refresh_from_db()
    assert (session.state, session.findings, session.receipt) == (State.REVIEW, [name], None)
    wallet = world.wallet(driver)
    assert (wallet.balance, wallet.held) == (Decimal(1000), Decimal(500))
    assert Hold.objects.get().state == Hold.State.ACTIVE
    assert not Receipt.objects.exists()
    assert settle() == settled


def test_it_keeps_a_session_without_a_price(world: World) -> None:
    type(world.station).objects.update(tariff_plan=None)
    world.one.refresh_from_db()
    world.card(world.driver())
    session = world.begin("CARD-1").session
    world.end(session, 26_500, at=after(60))
    settled = settle()
    assert (settled.verdict, settled.total, settled.currency) == (Verdict.SUSPECT, Decimal(0), "KGS")
    session.refresh_from_db()
    assert (session.state, session.findings) == (State.REVIEW, [review.NO_PRICE])


def test_it_keeps_a_session_that_nobody_pays_for(world: World) -> None:
    session = world.begin("NOBODY").session
    world.end(session, 26_500, at=after(60))
    assert settle().verdict == Verdict.SUSPECT
    session.refresh_from_db()
    assert set(session.findings) == {review.UNAUTHORIZED, review.NO_PAYER}


def test_it_looks_at_the_meter_before_money_moves(world: World) -> None:
    """910 kWh in an hour from a connector of 60 kW."""
    driver = world.driver("1000.00")
    session = world.charging(driver)
    world.end(session, 911_000, at=after(60))
    settle()
    session.refresh_from_db()
    assert (session.state, review.IMPOSSIBLE in session.findings) == (State.REVIEW, True)
    assert world.wallet(driver).balance == Decimal(1000)


def test_it_looks_at_power_that_counted_nothing(world: World) -> None:
    session = world.charging(world.driver())
    world.read(session, 1000, at=after(10), power_w=20_000)
    world.end(session, 1000, at=after(60))
    settle()
    session.refresh_from_db()
    assert session.findings == [review.ZERO_WITH_POWER]


def test_it_settles_the_real_end_after_an_inferred_one(world: World) -> None:
    driver = world.driver("1000.00")
    session = world.charging(driver)
    lifecycle.infer_end(session=session, until=after(30), reason="Silence")
    assert settle().verdict == Verdict.SUSPECT
    world.end(session, 26_500, at=after(60))
    assert (settled := settle()).verdict == Verdict.OK
    assert settled.revision == 1
    session.refresh_from_db()
    assert session.state == State.SETTLED
    assert world.wallet(driver).balance == Decimal("617.50")
    assert list(Settlement.objects.order_by("revision").values_list("verdict", flat=True)) == ["suspect", "ok"]
