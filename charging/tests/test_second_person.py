"""What gives much back is asked for by one person and confirmed by another."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from charging import approvals, repricing, reviewing
from charging.models import Decision, DecisionRequest, Session
from charging.models.session import State
from charging.tests.settling import STAFF, after, check, ended, settle, stands
from charging.tests.world import World, per_kwh
from drivepower.core.refusals import Refusal

OTHER = "staff:0b8a9e7e-0000-4c8a-9a55-0a2f3a3d3b11"
ASKED, NOTHING = DecisionRequest.State, Decimal(0)


@pytest.fixture
def paid(world: World) -> Session:
    """80 kWh, 1200.00."""
    session = world.charging(world.driver("5000.00"))
    world.end(session, 81_000, at=after(600))
    settle(session, at=after(601))
    check(session, "1200.00")
    return session


def ask(session: Session, verb: str = "waive", *, by: str = STAFF, **said: Any) -> DecisionRequest | None:
    """Ask for it as the dialogs do."""
    made: DecisionRequest | None = getattr(approvals, verb)(
        session_id=session.pk, reason="The cable hung.", by=by, at=after(700), **said
    )
    session.refresh_from_db()
    return made


def confirm(request: DecisionRequest, by: str = OTHER) -> None:
    approvals.confirm(request=request, by=by, at=after(710))


def test_a_large_waiver_waits(world: World, paid: Session) -> None:
    waits = ask(paid)
    assert waits is not None
    assert (waits.gives_back, waits.currency, waits.state, waits.asked_by) == (1200, "KGS", ASKED.ASKED, STAFF)
    assert (paid.state, paid.revision, Decision.objects.count()) == (State.SETTLED, 0, 0)
    check(paid, "1200.00")


def test_another_person_confirms_it(world: World, paid: Session) -> None:
    waits = ask(paid)
    assert waits is not None
    confirm(waits)
    waits.refresh_from_db()
    assert (waits.state, waits.decided_by, waits.decided_at) == (ASKED.CONFIRMED, OTHER, after(710))
    decision = paid.decisions.get()
    assert (decision.decided_by, decision.approved_by, decision.gave_back) == (STAFF, OTHER, 1200)
    paid.refresh_from_db()
    assert paid.state == State.WAIVED
    assert paid.driver is not None
    assert stands(world.wallet(paid.driver)) == (Decimal(5000), NOTHING, NOTHING)
    check(paid, "0")


@pytest.mark.parametrize("verb", [approvals.confirm, approvals.refuse])
def test_nobody_decides_about_what_they_asked_for(paid: Session, verb: Any) -> None:
    waits = ask(paid)
    for by in (STAFF, ""):
        with pytest.raises(Refusal) as refused:
            verb(request=waits, by=by, at=after(710))
        assert refused.value.code == "access_denied"
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionRequest.objects.update(state="confirmed", decided_by=STAFF, decided_at=after(710))


def test_it_can_be_refused_and_asked_for_again(paid: Session) -> None:
    waits = ask(paid)
    assert waits is not None
    with pytest.raises(Refusal) as refused:
        ask(paid, by=OTHER)
    assert refused.value.code == "already_asked"
    approvals.refuse(request=waits, by=OTHER, at=after(705))
    with pytest.raises(Refusal) as refused:
        confirm(waits)
    assert refused.value.code == "already_decided"
    assert ask(paid, by=OTHER) is not None
    check(paid, "1200.00")


def test_it_is_about_the_charge_as_it_stood(paid: Session) -> None:
    waits = ask(paid)
    assert waits is not None
    reviewing.correct(session_id=paid.pk, reason="Seen.", by=OTHER, at=after(705), energy_wh=70_000)
    with pytest.raises(Refusal) as refused:
        confirm(waits)
    assert refused.value.code == "session_moved"
    assert DecisionRequest.objects.get().state == ASKED.ASKED
    check(paid, "1050.00")


def test_a_large_correction_waits_with_all_that_was_said(world: World, paid: Session) -> None:
    second = world.driver("1000.00")
    said: dict[str, Any] = {"energy_wh": 10_000, "stopped_at": after(60), "started_at": None, "driver": second}
    waits = ask(paid, "correct", **said)
    assert waits is not None
    # All of it goes back to the first; the second one pays.
    assert waits.gives_back == 1200
    confirm(waits)
    paid.refresh_from_db()
    assert (paid.driver, paid.stopped_at, paid.billed_energy_wh) == (second, after(60), 10_000)
    assert world.wallet(second).balance == 850
    check(paid, "150.00")


def test_a_large_difference_of_a_new_price_waits(world: World, paid: Session) -> None:
    world.price(per_kwh("1.00"))
    (difference,) = repricing.plan(sessions=[paid], at=after(700))
    waits = repricing.apply(difference=difference, by=STAFF, reason="Wrong plan.", at=after(700))
    assert waits is not None
    assert (waits.verb, waits.gives_back) == ("reprice", 1120)
    confirm(waits)
    check(paid, "80.00")


def test_small_ones_are_done_at_once_until_they_make_a_large_one(paid: Session) -> None:
    assert ask(paid, "correct", energy_wh=60_000) is None
    check(paid, "900.00")
    assert ask(paid, "correct", energy_wh=40_000) is None
    check(paid, "600.00")
    assert ask(paid, "correct", energy_wh=10_000) is not None
    check(paid, "600.00")


def test_one_that_takes_a_little_more_is_done_at_once(paid: Session) -> None:
    assert ask(paid, "correct", energy_wh=146_000) is None
    check(paid, "2190.00")


@pytest.mark.parametrize(("threshold", "waits"), [(382, True), (383, False), (0, True)])
def test_it_waits_from_the_threshold_on(world: World, settings: Settings, threshold: int, waits: bool) -> None:
    settings.APPROVAL_FROM = threshold
    session = ended(world, world.driver("1000.00"))
    settle(session)
    assert (ask(session) is not None) == waits


def test_the_verbs_themselves_refuse_it(paid: Session) -> None:
    with pytest.raises(Refusal) as refused:
        reviewing.waive(session_id=paid.pk, reason="Mine.", by=STAFF, at=after(700))
    assert refused.value.code == "second_person_needed"
    check(paid, "1200.00")
    with pytest.raises(IntegrityError), transaction.atomic():
        reviewing.waive(session_id=paid.pk, reason="Mine.", by=STAFF, approved_by=STAFF, at=after(700))
