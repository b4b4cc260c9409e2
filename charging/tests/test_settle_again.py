"""Late truth: what comes after a charge was settled moves the difference, or waits for whoever decided before."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from billing import adjustments, promos
from billing.models import Debt, PromoCode, PromoUse, Receipt, Transfer
from billing.models.tariffs import Dimension
from charging import lifecycle, review, reviewing
from charging.models import Session, Settlement
from charging.models.session import State
from charging.tests.settling import STAFF, accepted, after, check, ended, settle, stands
from charging.tests.world import NOW, World, company, per_kwh, rule, top_up

Verdict, Kind = Settlement.Verdict, Transfer.Kind
NOTHING = Decimal(0)


def test_a_late_stop_that_says_more_charges_the_rest(world: World) -> None:
    """10.0 kWh were read and accepted for 150.00; the Stop says 25.5 kWh: 382.50, 232.50 more."""
    driver = world.driver("1000.00")
    session = accepted(world, driver, 10_000)
    check(session, "150.00")
    world.end(session, 26_500, at=after(60))
    settled = settle(session)
    assert settled is not None
    assert (session.state, settled.verdict, session.revision, settled.revision) == (State.SETTLED, Verdict.OK, 2, 2)
    assert stands(world.wallet(driver)) == (Decimal("617.50"), NOTHING, NOTHING)
    check(session, "382.50")
    newest = Receipt.objects.latest("pk")
    assert (session.receipt, newest.kind, newest.gross) == (newest, "correction", Decimal("232.50"))


def test_a_late_stop_that_says_less_gives_the_rest_back(world: World) -> None:
    """30 minutes accepted for 300.00; the Stop says 27: 270.00."""
    world.price(rule(Dimension.PER_MINUTE, "10.00"))
    driver = world.driver("1000.00")
    session = accepted(world, driver, 20_000)
    world.end(session, 21_000, at=after(27))
    settle(session)
    assert stands(world.wallet(driver)) == (Decimal("730.00"), NOTHING, NOTHING)
    check(session, "270.00")
    assert Transfer.objects.get(kind=Kind.REFUND).amount == Decimal("30.00")


def test_a_late_stop_makes_a_debt_of_what_is_not_there(world: World) -> None:
    """[bug] 4.4: the shortfall was written off; here 200.00 pay 150.00 at first, then 50.00, and 182.50 are owed."""
    driver = world.driver("200.00")
    session = accepted(world, driver, 10_000)
    world.end(session, 26_500, at=after(60))
    settled = settle(session)
    assert settled is not None
    assert settled.shortfall == Decimal("182.50")
    assert stands(world.wallet(driver)) == (NOTHING, NOTHING, Decimal("182.50"))
    assert Debt.objects.get().amount == Decimal("182.50")
    check(session, "382.50")
    top_up(world.wallet(driver), "182.50")
    assert stands(world.wallet(driver)) == (NOTHING, NOTHING, NOTHING)


def test_a_late_stop_makes_a_debt_smaller_before_it_gives_money_back(world: World) -> None:
    """200.00 paid of 300.00, 100.00 owed; the Stop says 22.5 minutes: 225.00. Then 25.00 are owed, nothing is back."""
    world.price(rule(Dimension.PER_MINUTE, "10.00"))
    driver = world.driver("200.00")
    session = accepted(world, driver, 20_000)
    assert stands(world.wallet(driver)) == (NOTHING, NOTHING, Decimal("100.00"))
    world.end(session, 21_000, at=after(22.5))
    settle(session)
    assert stands(world.wallet(driver)) == (NOTHING, NOTHING, Decimal("25.00"))
    assert not Transfer.objects.filter(kind=Kind.REFUND).exists()
    check(session, "225.00")


def test_a_late_stop_that_says_the_same_moves_nothing(world: World) -> None:
    driver = world.driver("1000.00")
    session = accepted(world, driver, 10_000)
    before = Transfer.objects.count()
    world.end(session, 11_000, at=after(30))
    settled = settle(session)
    assert settled is not None
    assert (settled.total, Transfer.objects.count()) == (Decimal("150.00"), before)
    assert Receipt.objects.count() == 1
    check(session, "150.00")


def test_the_house_bears_a_late_shortfall_where_it_is_set_so(world: World, settings: Settings) -> None:
    settings.SHORTFALL = "absorb"
    driver = world.driver("200.00")
    session = accepted(world, driver, 10_000)
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert stands(world.wallet(driver)) == (NOTHING, NOTHING, NOTHING)
    assert not Debt.objects.exists()
    check(session, "382.50")


def test_a_second_stop_settles_nothing_again(world: World) -> None:
    """[bug] 4.4: the Stop that followed took money once more; here the first Stop counts."""
    driver = world.driver("1000.00")
    session = ended(world, driver)
    settle(session)
    world.end(session, 31_000, at=after(70))
    settle(session)
    assert (session.state, session.revision, session.findings) == (State.SETTLED, 0, [review.SECOND_STOP])
    assert stands(world.wallet(driver)) == (Decimal("617.50"), NOTHING, NOTHING)
    check(session, "382.50")


def test_it_asks_a_person_where_it_was_refunded_by_hand(world: World) -> None:
    """300.00 paid, 100.00 given back by hand, and the Stop says 15 minutes: 150.00; whoever accepts gives that back."""
    world.price(rule(Dimension.PER_MINUTE, "10.00"))
    driver = world.driver("1000.00")
    session = accepted(world, driver, 10_000)
    charged = Transfer.objects.get(kind=Kind.CAPTURE)
    adjustments.ask_refund(transfer=charged, amount=Decimal(100), reason="Sorry", asked_by=STAFF, at=after(110))
    world.end(session, 11_000, at=after(15))
    settled = settle(session)
    assert settled is not None
    assert (session.state, settled.verdict) == (State.REVIEW, Verdict.SUSPECT)
    assert session.findings == [review.REFUNDED_BEFORE]
    assert world.wallet(driver).balance == Decimal("800.00")
    reviewing.accept(session_id=session.pk, reason="Right.", by=STAFF, at=after(120))
    assert stands(world.wallet(driver)) == (Decimal("950.00"), NOTHING, NOTHING)
    session.refresh_from_db()
    assert session.receipt is not None
    assert session.receipt.subject_gross == Decimal("50.00")


def test_it_asks_a_person_where_it_was_waived(world: World) -> None:
    driver = world.driver("1000.00")
    session = accepted(world, driver, 20_000)
    reviewing.waive(session_id=session.pk, reason="The cable hung.", by=STAFF, at=after(105))
    assert stands(world.wallet(driver)) == (Decimal("1000.00"), NOTHING, NOTHING)
    world.end(session, 26_500, at=after(60))
    settled = settle(session)
    assert settled is not None
    assert (session.state, settled.total) == (State.REVIEW, Decimal("382.50"))
    assert review.WAIVED_BEFORE in session.findings
    assert world.wallet(driver).balance == Decimal(1000)


def test_it_asks_a_person_where_it_was_corrected(world: World) -> None:
    driver = world.driver("1000.00")
    session = accepted(world, driver, 20_000)
    reviewing.correct(session_id=session.pk, reason="Seen.", by=STAFF, at=after(105), energy_wh=10_000)
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert (session.state, review.CORRECTED_BEFORE in session.findings) == (State.REVIEW, True)
    assert world.wallet(driver).balance == Decimal("850.00")


def test_a_charge_that_ran_on_after_its_stop_was_asked_for_is_paid_whole(world: World) -> None:
    """[bug] 4.4: settled before the station confirms, energy after that was free."""
    driver = world.driver("1000.00")
    session = world.charging(driver)
    world.read(session, 11_000, at=after(20))
    lifecycle.request_stop(session=session, asked_by="driver:x", cause="driver", at=after(20))
    assert settle(session, at=after(21)) is None
    assert world.wallet(driver).balance == Decimal(1000)
    world.end(session, 16_000, at=after(30))
    settle(session, at=after(31))
    check(session, "225.00")


def test_it_frees_the_connector_that_was_used(world: World) -> None:
    """[bug] 4.4: connector 1 was freed always; here the charge at connector 1 goes on beside that at 2."""
    first = world.charging(world.driver("1000.00"), connector=1)
    second = world.charging(world.driver("1000.00"), connector=2)
    world.end(second, 11_000, at=after(60))
    settle(second)
    first.refresh_from_db()
    assert (first.holds_connector, first.state) == (True, State.ACTIVE)
    assert (second.holds_connector, second.state) == (False, State.SETTLED)


def test_a_hung_session_is_not_refunded_and_its_late_stop_is_paid(world: World) -> None:
    """[bug] 4.5: refunded without revoking; here the hold is kept until the end is known, and 382.50 are charged."""
    driver = world.driver("1000.00")
    session = world.charging(driver, amount=Decimal(500))
    lifecycle.infer_end(session=session, until=after(30), reason="Silence")
    settle(session)
    assert (session.state, stands(world.wallet(driver))) == (State.REVIEW, (Decimal(1000), Decimal(500), NOTHING))
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert (session.state, stands(world.wallet(driver))) == (State.SETTLED, (Decimal("617.50"), NOTHING, NOTHING))
    check(session, "382.50")


def test_a_tariff_that_changes_while_a_car_charges_changes_nothing(world: World) -> None:
    """Situation 30: the terms of the start hold for the late truth too."""
    driver = world.driver("1000.00")
    session = accepted(world, driver, 10_000)
    world.price(per_kwh("99.00"), tax_percent=Decimal(12))
    world.end(session, 26_500, at=after(60))
    settle(session)
    check(session, "382.50")


def test_it_waits_while_the_car_stands_there_and_then_charges_that_too(world: World) -> None:
    """10 kWh = 150.00; ten of twenty minutes after the Stop at 2.00 are 20.00."""
    world.price(per_kwh("15.00"), rule(Dimension.PARKING_FEE, "2.00"), idle_grace_seconds=600)
    driver = world.driver("1000.00")
    session = world.charging(driver)
    world.say(world.one, "Charging", at=after(1))
    world.end(session, 11_000, at=after(60))
    world.say(world.one, "Finishing", at=after(60))
    assert settle(session, at=after(61)) is None
    assert session.state == State.ENDED
    assert session.settle_from is not None
    assert session.settle_from > after(61)
    assert not Settlement.objects.exists()
    world.say(world.one, "Available", at=after(80))
    settle(session, at=after(81))
    assert Session.objects.filter(pk=session.pk, state=State.SETTLED, settle_from=None).exists()
    check(session, "170.00")


def test_a_card_that_gets_its_driver_is_paid_by_them(world: World) -> None:
    """Nobody is known when it is shown, and it is made a driver's card before the Stop."""
    session = world.begin("NEW-CARD").session
    driver = world.driver("1000.00")
    world.card(driver, value="new-card")
    world.end(session, 26_500, at=after(60))
    settle(session)
    # It ran although it was not allowed: a person looks at that still.
    assert (session.state, session.driver, session.findings.count(review.NO_PAYER)) == (State.REVIEW, driver, 0)
    reviewing.accept(session_id=session.pk, reason="Their card.", by=STAFF, at=after(70))
    assert stands(world.wallet(driver)) == (Decimal("617.50"), NOTHING, NOTHING)


def test_a_card_that_gets_its_company_is_paid_by_that(world: World) -> None:
    session = world.begin("NEW-CARD").session
    world.card(world.driver("0"), value="NEW-CARD", company=company())
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert session.company is not None


def test_the_receipt_says_where_it_was(world: World) -> None:
    session = ended(world, world.driver("1000.00"))
    settle(session)
    assert session.receipt is not None
    assert session.receipt.about == "BSK-01, connector 1, Chuy 1"


@pytest.mark.parametrize(("value", "state", "amount"), [(10, "used", "38.25"), (100, "used", "382.50")])
def test_it_uses_the_promo_code(world: World, value: int, state: str, amount: str) -> None:
    PromoCode.objects.create(code="SPRING", kind="percent", value=value, valid_from=NOW)
    driver = world.driver("1000.00")
    session = ended(world, driver, promo_code="spring")
    settle(session)
    use = PromoUse.objects.get()
    assert (use.state, use.amount, use.subject) == (state, Decimal(amount), session.subject)
    check(session, str(Decimal("382.50") - Decimal(amount)))


def test_a_waiver_gives_the_promo_code_back(world: World) -> None:
    PromoCode.objects.create(code="ONCE", kind="percent", value=50, valid_from=NOW, uses_in_all=1)
    driver = world.driver("1000.00")
    session = ended(world, driver, promo_code="ONCE")
    settle(session)
    check(session, "191.25")
    reviewing.waive(session_id=session.pk, reason="The cable hung.", by=STAFF, at=after(100))
    assert PromoUse.objects.get().state == PromoUse.State.RETURNED
    assert promos.find_for(user=driver, code="once", at=after(101)).code == "ONCE"
    check(session, "0")


def test_it_settles_only_what_has_ended(world: World) -> None:
    session = world.charging(world.driver())
    assert settle(session) is None
    assert Session.objects.get().state == State.ACTIVE
