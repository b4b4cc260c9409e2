"""What a person decided about a charge, a machine does not overrule, whatever machines did in between."""

from decimal import Decimal

from billing import ledger
from billing.models import Debt
from charging import repricing, review, reviewing
from charging.models.session import State
from charging.tests.settling import STAFF, accepted, after, check, settle
from charging.tests.world import World, per_kwh


def test_a_new_price_does_not_hide_a_correction(world: World) -> None:
    """Inferred, accepted, corrected to 5 kWh, priced anew; then the Stop says 25.5 kWh."""
    driver = world.driver("1000.00")
    session = accepted(world, driver, 10_000)
    reviewing.correct(session_id=session.pk, reason="Seen.", by=STAFF, at=after(105), energy_wh=5000)
    world.price(per_kwh("10.00"))
    (difference,) = repricing.plan(sessions=[session], at=after(106))
    repricing.apply(difference=difference, by=STAFF, reason="Wrong plan.", at=after(106))
    check(session, "50.00")
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert (session.state, review.CORRECTED_BEFORE in session.findings) == (State.REVIEW, True)
    assert world.wallet(driver).balance == Decimal("950.00")


def test_what_a_person_accepted_later_counts_instead(world: World) -> None:
    """Whoever accepts has seen the correction: the next truth is one about what they accepted."""
    driver = world.driver("1000.00")
    session = accepted(world, driver, 10_000)
    reviewing.correct(session_id=session.pk, reason="Seen.", by=STAFF, at=after(105), energy_wh=5000)
    type(session).objects.filter(pk=session.pk).update(inferred=True)
    world.end(session, 11_000, at=after(60))
    type(session).objects.filter(pk=session.pk).update(inferred=True)
    settle(session)
    reviewing.accept(session_id=session.pk, reason="Right.", by=STAFF, at=after(110))
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert session.state == State.SETTLED
    check(session, "382.50")


def test_a_debt_that_was_forgiven_by_hand_counts_like_a_refund(world: World) -> None:
    """100.00 of 150.00 are there; what is owed is forgiven, and the Stop says 25.5 kWh."""
    driver = world.driver("100.00")
    session = accepted(world, driver, 10_000)
    debt = Debt.objects.get()
    ledger.forgive(
        debt=debt, amount=Decimal(50), reference="forgive:1", made_by=STAFF, reason="Goodwill.", at=after(105)
    )
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert (session.state, review.REFUNDED_BEFORE in session.findings) == (State.REVIEW, True)
