"""Events are told in one order to readers who miss none; only writers of our own database are waited for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from drivepower.core import events
from drivepower.core.models import Event
from drivepower.core.tests.waiting import until


@contextmanager
def writing(**elsewhere: Any) -> Iterator[psycopg.Connection[Any]]:
    """A transaction that has begun to write and goes on."""
    parameters = connections["default"].get_connection_params()
    given: dict[str, Any] = {
        name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if name in parameters
    }
    with psycopg.connect(**{**given, **elsewhere}) as other:
        other.execute("SELECT pg_current_xact_id()")
        yield other
        other.rollback()


def happen(kind: str = "thing.happened") -> None:
    """Something happens."""
    events.record(kind=kind, subject="thing:1", payload={}, at=timezone.now())


def told() -> list[str]:
    """What readers are told; who has just ended in another database may count as ours for a moment."""
    return list(Event.objects.settled().values_list("kind", flat=True))


@pytest.mark.django_db(transaction=True)
def test_it_tells_what_is_committed() -> None:
    happen()
    until(lambda: told() == ["thing.happened"])


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_who_may_still_come_before() -> None:
    with writing():
        happen()
        assert told() == []
    until(lambda: told() == ["thing.happened"])


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_nobody_of_another_database() -> None:
    with writing(dbname="postgres"):
        happen()
        until(lambda: told() == ["thing.happened"])


@pytest.mark.django_db(transaction=True)
def test_it_never_passes_the_reader_itself() -> None:
    """What it still writes would come before what it has read."""
    with transaction.atomic():
        happen("own.first")
        other = threading.Thread(target=happen_elsewhere)
        other.start()
        other.join()
        assert told() == []
    until(lambda: told() == ["own.first", "other.later"])


def happen_elsewhere() -> None:
    """Something happens on a thread, in a transaction of its own."""
    happen("other.later")
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_after_the_last_one() -> None:
    for kind in ("a", "b", "c"):
        happen(kind)
    with transaction.atomic():
        happen("d")
        happen("e")
    rows = list(Event.objects.settled())
    for place, row in enumerate(rows):
        later = Event.objects.settled().after(row.transaction, row.id)
        assert [one.kind for one in later] == ["a", "b", "c", "d", "e"][place + 1 :]
