"""What the limits thread was to look at when the database failed it, it looks at once the database is back."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from ocpp_consumer.limiter import Limiter

AN_HOUR = 3600.0


@pytest.fixture
def limiter() -> Limiter:
    """One whose thread has ended, so that a test is its thread."""
    made = Limiter(gateway_id=uuid.uuid4(), post=lambda fact: None)
    made.stop()
    return made


@contextmanager
def database_away() -> Iterator[None]:
    """No statement comes through."""

    def refuse(*statement: Any) -> Any:
        raise OperationalError("away")

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.django_db
def test_it_forgets_neither_readings_nor_timers_that_it_could_not_look_at(limiter: Limiter) -> None:
    limiter.touch([1])
    limiter._timers = {2: 0.0}
    with database_away(), pytest.raises(OperationalError):
        limiter._look(limiter._due())
    assert {1, 2} <= limiter._due()
    limiter._look(limiter._due())
    assert limiter._due() == set()


@pytest.mark.django_db
def test_it_sweeps_again_after_a_sweep_that_failed(limiter: Limiter) -> None:
    due = limiter._swept = limiter._swept - AN_HOUR
    with database_away(), pytest.raises(OperationalError):
        limiter._due()
    assert limiter._swept == due
    limiter._due()
    assert limiter._swept > due


@pytest.mark.django_db
def test_it_keeps_readings_that_came_while_a_sweep_failed(limiter: Limiter) -> None:
    limiter.touch([1])
    limiter._swept -= AN_HOUR
    with database_away(), pytest.raises(OperationalError):
        limiter._due()
    assert limiter._due() == {1}
