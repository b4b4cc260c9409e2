"""A promo code that a charge gave back is counted anew when it is charged after all, or takes nothing off."""

from decimal import Decimal

import pytest

from billing import promos, tariffs
from billing.models import PromoCode, PromoUse
from billing.tests.threads import at_once
from charging import reviewing
from charging.models import Session
from charging.models.session import State
from charging.tests.settling import STAFF, after, check, decide, ended, inferred, settle
from charging.tests.world import NOW, World

Use = PromoUse.State


@pytest.fixture
def code(db: None) -> PromoCode:
    """30.00 off, once."""
    return PromoCode.objects.create(code="ONCE", kind="fixed", value=Decimal(30), valid_from=NOW, uses_in_all=1)


def waived_then_late(world: World) -> Session:
    """It was waived, its code given back; then its Stop came after all, and it waits for somebody."""
    session = inferred(world, world.driver(), 10_000, promo_code="once")
    decide("waive", session)
    world.end(session, 21_000, at=after(40))
    settle(session)
    assert session.state == State.REVIEW
    return session


def uses() -> dict[str, str]:
    return dict(PromoUse.objects.values_list("subject", "state"))


def accept(session: Session) -> None:
    reviewing.accept(session_id=session.pk, reason="It did charge.", by=STAFF, at=after(150))


def test_it_counts_a_code_again_that_nobody_took_meanwhile(world: World, code: PromoCode) -> None:
    """20 kWh at 15.00 less 30.00."""
    session = waived_then_late(world)
    accept(session)
    check(session, "270.00")
    assert uses() == {session.subject: Use.USED}


def test_it_charges_without_a_code_that_somebody_else_has_by_now(world: World, code: PromoCode) -> None:
    first = waived_then_late(world)
    other = world.driver()
    promos.take(promo=code, user=other, subject="session:0", at=after(110))
    accept(first)
    check(first, "300.00")
    assert uses() == {first.subject: Use.RETURNED, "session:0": Use.TAKEN}
    # What it is priced by from now on is what it was charged by.
    assert first.price_terms is not None
    assert tariffs.thaw_terms(first.price_terms).promo is None
    receipt = first.receipt
    assert receipt is not None
    assert not receipt.lines.filter(dimension="promo").exists()


def test_it_keeps_the_code_of_a_charge_that_is_corrected(world: World, code: PromoCode) -> None:
    session = ended(world, world.driver(), 20_000, promo_code="once")
    settle(session)
    decide("correct", session, energy_wh=10_000)
    check(session, "120.00")
    assert uses() == {session.subject: Use.USED}


@pytest.mark.django_db(transaction=True)
def test_it_gives_the_last_one_to_a_late_charge_or_a_new_one_and_never_to_both(shared_world: World) -> None:
    code = PromoCode.objects.create(code="ONCE", kind="fixed", value=Decimal(30), valid_from=NOW, uses_in_all=1)
    first = waived_then_late(shared_world)
    others = [shared_world.driver() for _ in range(3)]
    takes = [
        lambda number=number, user=user: promos.take(promo=code, user=user, subject=f"session:0{number}", at=after(150))
        for number, user in enumerate(others)
    ]
    at_once(lambda: accept(first), *takes)
    assert PromoUse.objects.exclude(state=Use.RETURNED).count() == 1
