"""Starts that are allowed and come to nothing, one after the other."""

import pytest

from charging.models import Session
from charging.tests.world import NOW, World, minutes
from charging.watch import DEAD, tell_of_dead_starts
from drivepower.core.models import Alert, AlertRule

LATER = NOW + minutes(60)


@pytest.fixture(autouse=True)
def rule(db: None) -> AlertRule:
    AlertRule.objects.filter(kind=DEAD).delete()
    return AlertRule.objects.create(name="dead", kind=DEAD, parameters={"in_a_row": 3, "hours": 24})


def tried(world: World, *failures: str, number: int = 1) -> None:
    connector = world.one if number == 1 else world.two
    for failure in failures:
        state = "failed" if failure else "settled"
        Session.objects.create(
            station=world.station, connector=connector, asked_by="app", state=state, failure=failure, requested_at=NOW,
            started_at=None if failure else NOW, stopped_at=None if failure else NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("failures", "is_told"),
    [
        (["start_timeout"] * 3, True),
        (["start_timeout", "start_rejected", "start_unanswered"], True),
        (["start_timeout"] * 2, False),
        (["start_timeout", "start_timeout", "", "start_timeout"], False),
        (["", "start_timeout", "start_timeout", "start_timeout"], True),
        (["insufficient_funds"] * 5, False),
    ],
    ids=["three", "mixed", "two", "between", "after", "no-money"],
)
def test_it_tells_where_nothing_begins(world: World, failures: list[str], is_told: bool) -> None:
    tried(world, *failures)
    assert tell_of_dead_starts(at=LATER) == int(is_told)


def test_it_ends_with_the_first_that_begins(world: World) -> None:
    tried(world, *["start_timeout"] * 3)
    tried(world, *["start_timeout"] * 3, number=2)
    assert tell_of_dead_starts(at=LATER) == 2
    tried(world, "")
    assert tell_of_dead_starts(at=LATER) == 1
    assert Alert.objects.open().get().subject == "connector:BSK-01/2"


def test_what_was_yesterday_counts_no_more(world: World) -> None:
    tried(world, *["start_timeout"] * 3)
    assert tell_of_dead_starts(at=NOW + minutes(24 * 60 + 1)) == 0
