"""Range partitions of tables that grow for ever: made ahead, in UTC, never dropped here."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

import structlog
from django.db import DatabaseError, connection, transaction

Span = Literal["day", "month"]

# Whoever waits for the whole table makes everyone else wait behind it, so it does not wait for long.
LOCK = "SET LOCAL lock_timeout TO '1s'; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"
KEY = """
SELECT attname FROM pg_partitioned_table JOIN pg_attribute ON attrelid = partrelid AND attnum = partattrs[0]
WHERE partrelid = %s::regclass
"""

log = structlog.stdlib.get_logger(__name__)


def first_of(span: Span, at: datetime) -> date:
    """The first day of the day or month that holds this time, in UTC."""
    day = at.astimezone(UTC).date()
    return day if span == "day" else day.replace(day=1)


def next_of(span: Span, start: date) -> date:
    """The first day after the day or month that starts here."""
    if span == "day":
        return start + timedelta(days=1)
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1)


def roll(*, table: str, span: Span, at: datetime, ahead: int) -> list[str]:
    """Make the missing partitions of now, of the next `ahead` days or months, and of earlier rows that lie outside.

    Answers the new names. A partition that cannot be made is logged, and keeps no other from being made.
    """
    now = first_of(span, at)
    starts = [now]
    for _ in range(ahead):
        starts.append(next_of(span, starts[-1]))
    late = [start for start in starts_outside(table=table, span=span) if start < now]
    made: list[str] = []
    for start in [*starts, *late]:
        name = f"{table}_{start:%Y%m%d}" if span == "day" else f"{table}_{start:%Y%m}"
        try:
            if make(table=table, name=name, start=start, end=next_of(span, start)):
                made.append(name)
        except DatabaseError:
            log.exception("a partition could not be made", partition=name)
    return made


def make(*, table: str, name: str, start: date, end: date) -> bool:
    """Make one partition if it is missing, and move the rows into it that lie outside; whether it was made."""
    if exists(name):
        return False
    bounds = [f"{start} 00:00:00+00", f"{end} 00:00:00+00"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK.format(table=table))
        if exists(name):  # another process was faster
            return False
        moves = bool(rows_outside(table=table))
        if moves:  # the default partition refuses a new one for rows that it holds
            cursor.execute(f"ALTER TABLE {table} DETACH PARTITION {table}_default")
        cursor.execute(f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ('{bounds[0]}') TO ('{bounds[1]}')")
        if moves:
            key, rest = key_of(table), f"{table}_default"
            cursor.execute(
                f"WITH moved AS (DELETE FROM {rest} WHERE {key} >= %s AND {key} < %s RETURNING *) "  # noqa: S608  # our names
                f"INSERT INTO {table} SELECT * FROM moved",
                bounds,
            )
            cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {rest} DEFAULT")
    return True


def exists(name: str) -> bool:
    """Whether there is a table of that name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        found: bool = cursor.fetchone()[0]
    return found


def key_of(table: str) -> str:
    """The column by which a table is partitioned."""
    with connection.cursor() as cursor:
        cursor.execute(KEY, [table])
        name: str = cursor.fetchone()[0]
    return name


def starts_outside(*, table: str, span: Span) -> list[date]:
    """The days or months whose rows fell into the default partition, in order."""
    start = f"date_trunc('{span}', {key_of(table)} AT TIME ZONE 'UTC')::date"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT {start} FROM {table}_default ORDER BY 1")  # noqa: S608  # constants of ours
        return [row[0] for row in cursor.fetchall()]


def rows_outside(*, table: str) -> int:
    """How many rows fell into the default partition: each is a partition that nobody made in time."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}_default")  # noqa: S608  # a constant of ours
        count: int = cursor.fetchone()[0]
    return count
