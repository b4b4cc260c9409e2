"""Deciding about an ended session that waits for its car, or that the sweep cannot settle."""

from decimal import Decimal
from typing import Any

import pytest

from billing.models import PriceTerms
from billing.models.tariffs import Dimension
from charging import review, sweeps
from charging.models import Session, Settlement
from charging.models.session import State
from charging.tests.settling import VERBS, after, check, decide, ended, refusal, settle, stands
from charging.tests.world import NOW, World, per_kwh, rule
from drivepower.core.models import Alert

NOTHING = Decimal(0)


def standing(world: World, energy_wh: int = 10_000) -> Session:
    """The charge is over after an hour, and the car stands there at 1.00 a minute."""
    world.price(per_kwh("15.00"), rule(Dimension.PARKING_FEE, "1.00"))
    session = world.charging(world.driver("1000.00"))
    world.say(world.one, "SuspendedEV", at=after(40))
    world.end(session, 1000 + energy_wh, at=after(60))
    settle(session, at=after(61))
    return session


def stuck(world: World) -> Session:
    """An ended session whose price nobody can read."""
    session = ended(world, world.driver("1000.00"))
    odd = PriceTerms.objects.create(currency="KGS", document={}, made_at=NOW)
    Session.objects.filter(pk=session.pk).update(price_terms=odd)
    assert sweeps.settle_ended(at=after(61)) == 0
    session.refresh_from_db()
    return session


@pytest.mark.parametrize("verb", ["accept", "correct", "waive"])
def test_nobody_has_to_wait_for_the_car(world: World, verb: str) -> None:
    session = standing(world)
    assert (session.state, session.settle_from is not None) == (State.ENDED, True)
    said: dict[str, Any] = {"energy_wh": 9000} if verb == "correct" else {}
    decide(verb, session, **said)
    assert (session.state, session.settle_from) == (State.WAIVED if verb == "waive" else State.SETTLED, None)
    check(session, {"waive": "0", "correct": "205.00"}.get(verb, "220.00"))


def test_looking_anew_waits_on(world: World) -> None:
    session = standing(world)
    assert decide("rerun", session) is None
    assert (session.state, session.settle_from) == (State.ENDED, after(121))
    world.say(world.one, "Available", at=after(121))
    settle(session, at=after(122))
    check(session, "221.00")


def test_what_needs_a_person_does_not_wait_for_its_car(world: World) -> None:
    session = standing(world, energy_wh=-500)
    assert (session.state, session.findings, session.settle_from) == (State.REVIEW, [review.NEGATIVE], None)


def test_a_stuck_session_can_be_waived(world: World) -> None:
    session = stuck(world)
    assert session.driver is not None
    decide("waive", session)
    assert session.state == State.WAIVED
    assert stands(world.wallet(session.driver)) == (Decimal(1000), NOTHING, NOTHING)
    sweeps.settle_ended(at=after(130))
    assert not Alert.objects.open().exists()


@pytest.mark.parametrize("verb", ["accept", "correct"])
def test_a_stuck_session_without_a_readable_price_is_charged_by_nobody(world: World, verb: str) -> None:
    assert refusal(verb, stuck(world)) == "no_price"


def test_a_stuck_session_is_looked_at_anew(world: World) -> None:
    """Its price is found anew, as of its start."""
    session = stuck(world)
    settled = decide("rerun", session)
    assert (settled.verdict, session.state) == (Settlement.Verdict.OK, State.SETTLED)
    check(session, "382.50")


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_about_to_be_settled_is_left_alone(world: World, verb: str) -> None:
    assert refusal(verb, ended(world, world.driver())) == "session_moved"
