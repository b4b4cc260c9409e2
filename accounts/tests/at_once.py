"""Several at once, on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from drivepower.core.refusals import Refusal
from drivepower.core.tests.waiting import until


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; answers what each returned, or the code of its refusal."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait()
        return said_by(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def queued_at(row: "QuerySet[Any]", *calls: Callable[[], Any]) -> list[Any]:
    """The same, where all of the calls come as far as writing that row before one of them does."""
    with ThreadPoolExecutor(len(calls)) as pool:
        with transaction.atomic():
            row.select_for_update().get()
            running = [pool.submit(said_by, call) for call in calls]
            until(lambda: connections_that_wait() == len(calls))
        return [one.result() for one in running]


def said_by(call: Callable[[], Any]) -> Any:
    """What a call returned, or the code of its refusal."""
    try:
        return call()
    except Refusal as refusal:
        return refusal.code
    finally:
        connection.close()


def connections_that_wait() -> int:
    """How many connections to this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what its first look saw
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        count: int = cursor.fetchone()[0]
    return count
