"""A job that is stopped while a wave is under way, and sweeps that run side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.db import connection

from ocpp_consumer import bulk
from ocpp_consumer.bulk import asking, going_on
from ocpp_consumer.tasks import go_on_with_bulk
from ocpp_consumer.tests.bulk.world import BY, NOW, State, begun, connected, outcomes, state_of
from stations.models import Command

pytestmark = pytest.mark.django_db(transaction=True)


def closing(act: Callable[[], Any]) -> Any:
    """Do it on a thread, and leave no connection behind."""
    try:
        return act()
    finally:
        connection.close()


def test_once_a_job_is_stopped_nobody_is_asked_any_more(settings: Any) -> None:
    settings.COMMANDS_PER_SECOND = 20
    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(3) as pool:
        job = begun(connected(60))
        sweeps = [pool.submit(closing, go_on_with_bulk) for _ in range(2)]
        assert pool.submit(closing, lambda: bulk.stop(bulk=job, by=BY, at=NOW)).result()
        for sweep in sweeps:
            sweep.result()
        asked = Command.objects.count()
        assert asked <= 20
        go_on_with_bulk()
    assert (Command.objects.count(), job.steps.exclude(command=None).count()) == (asked, asked)
    assert state_of(job) == State.CANCELLED


def test_two_sweeps_ask_each_station_once(settings: Any) -> None:
    settings.COMMANDS_PER_SECOND = 1000
    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(2) as pool:
        begun(connected(30))
        for sweep in [pool.submit(closing, go_on_with_bulk) for _ in range(2)]:
            sweep.result()
    assert Command.objects.count() == Command.objects.values("station").distinct().count() == 30


def test_a_sweep_that_dies_in_the_middle_is_taken_up_by_the_next(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COMMANDS_PER_SECOND = 1000
    taken = asking.take

    def dying(step: Any, **how: Any) -> int:
        if step.station.code == "S-002":
            raise SystemExit
        return taken(step, **how)

    with time_machine.travel(NOW, tick=False):
        job = begun(connected(5))
        with monkeypatch.context() as patch:
            patch.setattr(going_on, "take", dying)
            with pytest.raises(SystemExit):
                going_on.go_on(at=NOW)
        assert Command.objects.count() == 0  # a turn is one transaction: nothing of it is left
        go_on_with_bulk()
    assert (Command.objects.count(), {outcome for _, outcome, _ in outcomes(job)}) == (5, {"in_progress"})
