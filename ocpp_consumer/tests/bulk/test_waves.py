"""A job goes on wave by wave, stops by itself where too much fails, and does what a person says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drivepower.core.models import Alert
from ocpp_consumer import bulk
from ocpp_consumer.bulk.judging import judge
from ocpp_consumer.tasks import go_on_with_bulk
from ocpp_consumer.tests.bulk.world import NOW, State, answered, begun, connected, outcomes, state_of
from stations.models import BulkCommand, Command

pytestmark = pytest.mark.django_db
SEEN: dict[str, Any] = {"effect": "seen", "effect_at": NOW}
IN_PROGRESS, WAITING = "in_progress", "waiting"


@pytest.fixture(autouse=True)
def clock(settings: Any) -> Iterator[Any]:
    """Time goes on when the test says so, and nobody's pace matters."""
    settings.COMMANDS_PER_SECOND = 1000
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def asked() -> int:
    """How many stations were asked."""
    return Command.objects.count()


def test_the_next_wave_waits_until_every_station_of_this_one_is_done() -> None:
    job = begun(connected(5), wave_size=2)
    go_on_with_bulk()
    go_on_with_bulk()
    assert asked() == 2
    first, second = Command.objects.order_by("pk")
    Command.objects.filter(pk=first.pk).update(state="accepted", sent_at=NOW, answered_at=NOW, **SEEN)
    go_on_with_bulk()
    assert (asked(), outcomes(job)[:2]) == (2, [(1, "success", ""), (1, IN_PROGRESS, "")])
    Command.objects.filter(pk=second.pk).update(state="rejected", sent_at=NOW, answered_at=NOW, effect="none")
    go_on_with_bulk()
    assert (asked(), outcomes(job)[1][1]) == (4, "failure")
    for _ in range(2):
        answered(**SEEN)
        go_on_with_bulk()
    answered(**SEEN)
    go_on_with_bulk()
    assert (state_of(job), [wave for wave, _, _ in outcomes(job)]) == (State.DONE, [1, 1, 2, 2, 3])


def test_a_station_that_takes_too_long_has_failed_and_the_wave_goes_on(clock: Any) -> None:
    job = begun(connected(2), wave_size=1, patience=timedelta(minutes=5))
    go_on_with_bulk()
    clock.shift(timedelta(minutes=4, seconds=59))
    go_on_with_bulk()
    assert asked() == 1
    clock.shift(timedelta(seconds=1))
    go_on_with_bulk()
    assert (asked(), outcomes(job)[0]) == (2, (1, "failure", "too_late"))


@pytest.mark.parametrize(
    ("limits", "halts"),
    [
        ({"most_failures": 1}, True),
        ({"most_failures": 2}, False),
        ({"most_failures": 0}, True),
        ({"most_failures_percent": 49}, True),
        ({"most_failures_percent": 50}, False),
        ({}, False),
    ],
    ids=["one of two", "two of two", "none", "share passed", "share met", "no limit"],
)
def test_it_stops_by_itself_when_too_much_has_failed(limits: dict[str, Any], halts: bool) -> None:
    job = begun(connected(8), wave_size=4, **limits)
    go_on_with_bulk()
    for number, command in enumerate(Command.objects.order_by("pk")):
        fate = {"state": "rejected", "effect": "none"} if number < 2 else {"state": "accepted", **SEEN}
        Command.objects.filter(pk=command.pk).update(sent_at=NOW, answered_at=NOW, **fate)
    go_on_with_bulk()
    go_on_with_bulk()
    assert (state_of(job), asked()) == ((State.HALTED, 4) if halts else (State.RUNNING, 8))
    told = Alert.objects.filter(kind=bulk.HALTED, subject=f"bulk:{job.public_id}", resolved_at=None)
    assert told.exists() == halts


def halted() -> BulkCommand:
    """A job that stopped because its first wave was refused."""
    job = begun(connected(4), wave_size=2, most_failures=0)
    go_on_with_bulk()
    answered(state="rejected", effect="none", answer={"status": "Rejected"})
    go_on_with_bulk()
    assert state_of(job) == State.HALTED
    return job


def test_a_person_goes_on_in_spite_of_what_failed_and_new_failures_count_anew() -> None:
    job = halted()
    assert bulk.resume(bulk=job, at=NOW)
    go_on_with_bulk()
    assert (state_of(job), asked()) == (State.RUNNING, 4)
    assert not Alert.objects.filter(kind=bulk.HALTED, resolved_at=None).exists()
    assert not bulk.resume(bulk=job, at=NOW)
    answered(**SEEN)
    go_on_with_bulk()
    assert state_of(job) == State.DONE


def test_a_person_asks_the_failed_again_each_in_its_wave() -> None:
    job = halted()
    assert bulk.retry(bulk=job, at=NOW)
    assert outcomes(job) == [(1, WAITING, ""), (1, WAITING, ""), (2, WAITING, ""), (2, WAITING, "")]
    go_on_with_bulk()
    assert not bulk.retry(bulk=job, at=NOW)  # it runs
    for _ in range(3):
        answered(**SEEN)
        go_on_with_bulk()
    assert (state_of(job), asked()) == (State.DONE, 6)
    assert not bulk.retry(bulk=job, at=NOW)  # nothing has failed
    assert state_of(job) == State.DONE


def test_a_stopped_job_asks_nobody_and_still_learns_what_became_of_those_it_asked() -> None:
    job = begun(connected(4), wave_size=2)
    go_on_with_bulk()
    assert bulk.stop(bulk=job, by="staff:x", at=NOW)
    assert not bulk.stop(bulk=job, by="staff:y", at=NOW)
    answered(**SEEN)
    go_on_with_bulk()
    assert (asked(), [outcome for _, outcome, _ in outcomes(job)]) == (2, ["success", "success", WAITING, WAITING])
    job.refresh_from_db()
    assert (job.state, job.ended_by, job.ended_at) == (State.CANCELLED, "staff:x", NOW)


def test_five_thousand_stations_are_begun_in_a_few_statements() -> None:
    stations = connected(bulk.MOST_STATIONS)
    with CaptureQueriesContext(connection) as said:
        job = begun(stations, wave_size=100)
    assert len(said) <= 20
    assert bulk.progress([job])[job.pk]["waves"] == 50


@pytest.mark.parametrize("count", [3, 30])
def test_judging_takes_as_many_queries_for_many(count: int, django_assert_num_queries: Any) -> None:
    job = begun(connected(count))
    go_on_with_bulk()
    answered(**SEEN)
    with django_assert_num_queries(2):
        assert judge(at=NOW) == count
    assert {outcome for _, outcome, _ in outcomes(job)} == {"success"}


def test_a_job_that_breaks_does_not_hold_up_the_others() -> None:
    broken = begun(connected(1), at=NOW)
    begun(connected(1, code="T"), at=NOW)
    BulkCommand.objects.filter(pk=broken.pk).update(kind="tariff", payload={})
    go_on_with_bulk()
    assert list(Command.objects.values_list("station__code", flat=True)) == ["T-000"]
    assert state_of(broken) == State.RUNNING
