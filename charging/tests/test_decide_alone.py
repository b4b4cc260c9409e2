"""What one person decides alone counts with all else that they move alone; nobody decides what they themselves pay."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from billing import adjustments
from billing.models import Wallet
from billing.tests.threads import at_once
from charging import approvals, reviewing
from charging.models import Decision, DecisionRequest, Session
from charging.models.session import State
from charging.tests.settling import STAFF, after, ended, inferred, settle
from charging.tests.world import World
from drivepower.core.refusals import Refusal

OTHER = "staff:2"
LATER = after(700)


def paid(world: World, driver: User, connector: int = 1) -> Session:
    """40 kWh, 600.00."""
    session = ended(world, driver, 40_000, connector=connector)
    settle(session)
    return session


def waive(session: Session, by: str = STAFF) -> DecisionRequest | None:
    return approvals.waive(session_id=session.pk, reason="The cable hung.", by=by, at=LATER)


def adjust(wallet: Wallet, amount: str, by: str = STAFF) -> str:
    asked = adjustments.ask_adjustment(wallet=wallet, amount=Decimal(amount), reason="r", asked_by=by, at=LATER)
    return asked.state


def code_of(call: Any, *args: Any, **said: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args, **said)
    return refused.value.code


def test_decisions_and_adjustments_are_one_sum(world: World) -> None:
    one, two = paid(world, world.driver()), paid(world, world.driver(), 2)
    wallet = world.wallet(world.driver("0"))
    assert waive(one) is None
    assert (adjust(wallet, "400"), adjust(wallet, "399"), adjust(wallet, "400", OTHER)) == ("asked", "booked", "booked")
    assert waive(two) is not None
    assert Decision.objects.count() == 1


def test_decisions_of_many_charges_are_one_sum(world: World) -> None:
    one, two = paid(world, world.driver()), paid(world, world.driver(), 2)
    assert waive(one) is None
    assert waive(two, OTHER) is None
    three = paid(world, world.driver())
    assert waive(three) is not None


@pytest.mark.django_db(transaction=True)
def test_decisions_at_once_are_one_sum(shared_world: World) -> None:
    sessions = [paid(shared_world, shared_world.driver(), connector) for connector in (1, 2)]
    waits = [one is not None for one in at_once(*[partial(waive, one) for one in sessions])]
    assert sorted(waits) == [False, True]


@pytest.mark.parametrize(
    "said",
    [{"verb": "waive"}, {"verb": "correct", "energy_wh": 1000}, {"verb": "correct", "energy_wh": 50_000}],
    ids=str,
)
def test_nobody_decides_what_they_pay(world: World, said: dict[str, Any]) -> None:
    driver = world.driver()
    session, verb = paid(world, driver), getattr(approvals, said["verb"])
    ask = partial(verb, session_id=session.pk, reason="r", at=LATER, **{n: v for n, v in said.items() if n != "verb"})
    assert code_of(ask, by=f"staff:{driver.public_id}") == "access_denied"
    assert not Decision.objects.exists()
    assert ask(by=STAFF) is None


def test_nobody_lets_another_pay_for_them(world: World) -> None:
    driver = world.driver()
    session = paid(world, driver)
    ask = partial(approvals.correct, session_id=session.pk, reason="r", driver=world.driver(), at=LATER)
    assert code_of(ask, by=f"staff:{driver.public_id}") == "access_denied"


def test_nobody_confirms_what_they_get_back(world: World) -> None:
    driver = world.driver("5000.00")
    session = world.charging(driver)
    world.end(session, 81_000, at=after(600))
    settle(session, at=after(601))
    waits = waive(session)
    assert waits is not None
    for verb in (approvals.confirm, approvals.refuse):
        assert code_of(verb, request=waits, by=f"staff:{driver.public_id}", at=LATER) == "access_denied"
    assert code_of(waive, session, f"staff:{driver.public_id}") == "access_denied"
    approvals.confirm(request=waits, by=OTHER, at=LATER)


def test_who_pays_may_accept_what_the_meter_says(world: World) -> None:
    driver = world.driver()
    session = inferred(world, driver, 10_000)
    reviewing.accept(session_id=session.pk, reason="r", by=f"staff:{driver.public_id}", at=LATER)
    session.refresh_from_db()
    assert session.state == State.SETTLED
