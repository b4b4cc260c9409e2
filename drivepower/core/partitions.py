"""Range partitions of tables that grow for ever: made ahead, in UTC, never dropped here."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

from django.db import connection

Span = Literal["day", "month"]


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
    """Make the partitions of now and the next `ahead` days or months where they are missing; answers the new names."""
    made: list[str] = []
    start = first_of(span, at)
    with connection.cursor() as cursor:
        for _ in range(ahead + 1):
            end = next_of(span, start)
            name = f"{table}_{start:%Y%m%d}" if span == "day" else f"{table}_{start:%Y%m}"
            cursor.execute("SELECT to_regclass(%s) IS NULL", [name])
            if cursor.fetchone()[0]:
                statement = (
                    f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} "
                    f"FOR VALUES FROM ('{start} 00:00:00+00') TO ('{end} 00:00:00+00')"
                )
                cursor.execute(statement)
                made.append(name)
            start = end
    return made


def rows_outside(*, table: str) -> int:
    """How many rows fell into the default partition: each is a partition that nobody made in time."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}_default")  # noqa: S608  # a constant of ours
        count: int = cursor.fetchone()[0]
    return count
