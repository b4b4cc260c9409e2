"""Waiting for a condition, for tests in which something happens on another thread."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

PATIENCE_SECONDS = 60.0


def until(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; AssertionError if it never does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.01)


def someone_waits_for_a_lock() -> bool:
    """Whether another connection to this database is waiting for a row or a key that we hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what its first look saw
        cursor.execute(
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        waits: bool = cursor.fetchone()[0]
    return waits


@contextmanager
def on_another_thread(work: Callable[[], object]) -> Iterator[threading.Thread]:
    """Run `work` on a thread with a database connection of its own; what it raised is raised here."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive(), "the other thread hangs"
    if raised:
        raise raised[0]
