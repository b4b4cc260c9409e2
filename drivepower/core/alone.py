"""One worker at a time for something that is done outside of any transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"


@contextmanager
def alone(what: str) -> Iterator[bool]:
    """Whether nobody else is at it; the database forgets the lock of a worker that dies."""
    with connection.cursor() as cursor:
        cursor.execute(TRY_LOCK, [what])
        is_ours: bool = cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute(UNLOCK, [what])
