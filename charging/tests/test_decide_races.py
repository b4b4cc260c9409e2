"""Two at once: workers, sweeps, people and stations, on real connections; each revision is settled exactly once."""

from decimal import Decimal
from functools import partial

import pytest

from billing import ledger
from billing.models import Capture, Receipt, Transfer
from billing.tests.threads import at_once
from charging import reconciling, reviewing, settlement, sweeps
from charging.models import Decision, Session, Settlement
from charging.models.session import State
from charging.tests.settling import STAFF, VERBS, accepted, after, ended, inferred
from charging.tests.world import World

LATER = after(200)


def right(world: World) -> None:
    """The books are right, and every finished session is as they say."""
    assert ledger.check_books() == []
    assert reconciling.check(LATER) == []


def test_workers_and_a_sweep_settle_each_session_once(shared_world: World) -> None:
    world = shared_world
    sessions = []
    for _ in range(4):
        driver = world.driver("500.00")
        sessions.append(ended(world, driver, 10_000))
    settle_all = [partial(settlement.settle, session_id=session.pk, at=LATER) for session in sessions]

    def worker() -> None:
        for one in settle_all:
            one()

    at_once(worker, worker, partial(sweeps.settle_ended, at=LATER), partial(sweeps.settle_ended, at=LATER))
    assert Session.objects.filter(state=State.SETTLED).count() == 4
    assert Settlement.objects.count() == Capture.objects.count() == Receipt.objects.count() == 4
    assert Transfer.objects.filter(kind=Transfer.Kind.CAPTURE).count() == 4
    right(world)


def test_workers_and_a_sweep_settle_a_late_truth_once(shared_world: World) -> None:
    world, driver = shared_world, shared_world.driver("1000.00")
    session = accepted(world, driver, 10_000)
    world.end(session, 26_500, at=after(60))
    again = partial(settlement.settle, session_id=session.pk, at=LATER)
    first, second, _swept = at_once(again, again, partial(sweeps.settle_ended, at=LATER))
    assert first == second
    assert (first.revision, first.total) == (2, Decimal("382.50"))
    assert world.wallet(driver).balance == Decimal("617.50")
    assert Receipt.objects.count() == 2
    right(world)


@pytest.mark.parametrize(
    ("one", "two"), [("accept", "accept"), ("accept", "waive"), ("correct", "waive"), ("rerun", "accept")]
)
def test_of_two_people_exactly_one_decides(shared_world: World, one: str, two: str) -> None:
    """Both have the same page open."""
    world, driver = shared_world, shared_world.driver("1000.00")
    session = inferred(world, driver, 10_000)
    shared = {"session_id": session.pk, "reason": "Seen.", "by": STAFF, "at": after(100), "seen": session.revision}
    corrected = {"energy_wh": 8000}
    calls = [partial(VERBS[verb], **shared, **(corrected if verb == "correct" else {})) for verb in (one, two)]
    results = at_once(*calls)
    assert results.count("session_moved") == 1
    assert Decision.objects.count() == 1
    assert Session.objects.get().revision == 1
    right(world)


def test_a_decision_and_a_late_stop_end_with_the_truth(shared_world: World) -> None:
    """Whoever is first: accepted and then settled anew, or the Stop first, and nothing is left to accept."""
    world, driver = shared_world, shared_world.driver("1000.00")
    session = inferred(world, driver, 10_000)
    accept = partial(reviewing.accept, session_id=session.pk, reason="Seen.", by=STAFF, at=after(100))
    at_once(accept, partial(world.end, session, 26_500, at=after(60)))
    settlement.settle(session_id=session.pk, at=LATER)
    assert Session.objects.get().state == State.SETTLED
    assert world.wallet(driver).balance == Decimal("617.50")
    right(world)
