"""Which days of frames there are, and of which of them the words have an index."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection

A_DAY = timedelta(days=1)
# Partitions by the day in their name; an index that is not valid is none.
DAYS = """
SELECT to_date(right(day.relname, 8), 'YYYYMMDD'), day.relname, coalesce(made.indisvalid, false), made.indexrelid
FROM pg_inherits
JOIN pg_class AS day ON day.oid = inhrelid AND day.relname ~ '^ocpp_consumer_frame_[0-9]{8}$'
LEFT JOIN pg_class AS words ON words.relname = day.relname || '_words' AND words.relnamespace = day.relnamespace
LEFT JOIN pg_index AS made ON made.indexrelid = words.oid AND made.indrelid = day.oid
WHERE inhparent = 'ocpp_consumer_frame'::regclass
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Day:
    """One day's partition; a broken one has an index that is not valid."""

    start: datetime
    table: str
    is_indexed: bool
    is_broken: bool

    @property
    def end(self) -> datetime:
        """When the next one begins."""
        return self.start + A_DAY


def every() -> list[Day]:
    """All days that have a partition, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS)
        return [
            Day(midnight(day), table, is_indexed, index is not None and not is_indexed)
            for day, table, is_indexed, index in cursor.fetchall()
        ]


def midnight(day: date) -> datetime:
    """When that day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
