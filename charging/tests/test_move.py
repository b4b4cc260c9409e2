"""The table of arrows: a session moves along these and no others."""

from itertools import product

import pytest

from charging.models import ARROWS, Session
from charging.models.session import State
from charging.tests.world import NOW, World

ALLOWED = {
    "requested": {"active", "failed"},
    "failed": {"active"},
    "active": {"stopping", "ended"},
    "stopping": {"active", "ended"},
    "ended": {"review", "settled", "ended"},
    "review": {"settled", "waived", "ended"},
    "settled": {"ended"},
    "waived": {"ended"},
}
EVERY = [(source, target) for source, target in product(State, State)]


def session_in(world: World, state: State) -> Session:
    """A session in that state."""
    return Session.objects.create(
        station=world.station,
        connector=world.one,
        asked_by=Session.AskedBy.CARD,
        state=state,
        started_at=NOW,
        stopped_at=NOW,
    )


@pytest.mark.parametrize(("source", "target"), EVERY)
def test_it_moves_along_the_arrows_of_the_table_alone(world: World, source: State, target: State) -> None:
    session = session_in(world, source)
    if target in ALLOWED[source]:
        assert Session.objects.filter(pk=session.pk).move(source, target) == 1
        session.refresh_from_db()
        assert session.state == target
    else:
        with pytest.raises(ValueError, match="no arrow"):
            Session.objects.filter(pk=session.pk).move(source, target)
        session.refresh_from_db()
        assert session.state == source


@pytest.mark.parametrize(("source", "target"), sorted(ARROWS))
def test_it_moves_nothing_that_is_elsewhere(world: World, source: State, target: State) -> None:
    for state in State:
        if state == source:
            continue
        session = session_in(world, state)
        assert Session.objects.filter(pk=session.pk).move(source, target) == 0
        session.refresh_from_db()
        assert session.state == state
