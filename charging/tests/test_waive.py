"""A finished session that shall cost nothing."""

from decimal import Decimal

from billing.models import Capture, Hold, Receipt
from charging.models import Settlement
from charging.models.session import State
from charging.tests.settling import after, check, decide, ended, inferred, refusal, settle, stands
from charging.tests.world import World

Verdict = Settlement.Verdict
NOTHING = Decimal(0)


def test_waiving_frees_what_is_held(world: World) -> None:
    driver = world.driver("1000.00")
    session = inferred(world, driver, 10_000, amount=Decimal(500))
    made = decide("waive", session)
    assert (session.state, made.verdict, made.total) == (State.WAIVED, Verdict.WAIVED, NOTHING)
    assert stands(world.wallet(driver)) == (Decimal(1000), NOTHING, NOTHING)
    assert Hold.objects.get().state == Hold.State.RELEASED
    assert not Receipt.objects.exists()
    assert not Capture.objects.exists()


def test_waiving_a_paid_charge_gives_all_of_it_back(world: World) -> None:
    driver = world.driver("300.00")
    session = ended(world, driver)
    settle(session)
    assert stands(world.wallet(driver)) == (NOTHING, NOTHING, Decimal("82.50"))
    decide("waive", session, reason="The cable hung.")
    assert (session.state, stands(world.wallet(driver))) == (State.WAIVED, (Decimal("300.00"), NOTHING, NOTHING))
    assert session.receipt is not None
    assert (session.receipt.gross, session.receipt.reason) == (Decimal("-382.50"), "The cable hung.")
    check(session, "0")


def test_waiving_a_charge_that_nobody_can_pay(world: World) -> None:
    session = world.begin("NOBODY").session
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert refusal("accept", session) == "no_payer"
    decide("waive", session)
    assert session.state == State.WAIVED
