"""Meter readings: a repeated sample is one sample."""

import re
import time
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import psycopg
from django.db import connection

from ocpp_consumer.journal import facts, rows

COLUMNS = ", ".join(facts.Reading._fields)
TYPES = (
    *("timestamptz", "int4", "int8", "int4", "timestamptz"),
    *("varchar", "varchar", "varchar", "varchar", "varchar", "numeric", "text"),
)
# Nearly every reading is new, and COPY straight into the table takes half of what any other way does. It knows no ON
# CONFLICT: a repeated sample stops it, and then its station is one of those whose readings are inserted instead.
COPY = f"COPY charging_meterreading ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
ARRAYS = ", ".join(f"%s::{kind}[]" for kind in TYPES)
KEEP_NEW = f"INSERT INTO charging_meterreading ({COLUMNS}) SELECT * FROM unnest({ARRAYS}) ON CONFLICT DO NOTHING"  # noqa: S608  # our names
STATION_IN_KEY = re.compile(r"=\(-?\d+, (\d+), ")
# So long is a station remembered that has repeated itself, and so many of them.
REMEMBERED_SECONDS, MOST_REMEMBERED = 600.0, 10_000

_repeating: dict[int, float] = {}

KEEP = f"INSERT INTO charging_meterreading ({COLUMNS}) VALUES ({', '.join(['%s'] * len(TYPES))}) ON CONFLICT DO NOTHING"  # noqa: S608  # our names


def store(cursor: psycopg.Cursor[Any], read: Sequence[facts.Readings]) -> None:
    """Append the readings of a batch that are new; raises UniqueViolation for one that is not, see `is_repetition`."""
    new, doubtful = _apart(read)
    # Two processes that hear the same samples wait for each other in one order, never crosswise.
    if copied := sorted(row for one in new for row in rows.readings(one)):
        rows.copy(cursor, COPY, copied)
    if inserted := _in_order(doubtful):
        cursor.execute(KEEP_NEW, [list(column) for column in zip(*inserted, strict=True)])


def is_repetition(error: Exception) -> bool:
    """Whether a sample came again whose station is known by now to repeat itself: then the batch can be stored."""
    if not isinstance(error, psycopg.errors.UniqueViolation):
        return False
    found = STATION_IN_KEY.search(error.diag.message_detail or "")
    if not found or not (error.diag.table_name or "").startswith("charging_meterreading"):
        return False
    now = time.monotonic()
    if len(_repeating) >= MOST_REMEMBERED:
        _repeating.clear()
    is_news = _repeating.get(int(found[1]), 0.0) <= now
    _repeating[int(found[1])] = now + REMEMBERED_SECONDS
    return is_news


def _apart(read: Sequence[facts.Readings]) -> tuple[Sequence[facts.Readings], Sequence[facts.Readings]]:
    """Those of stations that have not repeated themselves lately, and the others."""
    if not _repeating:
        return read, []
    now = time.monotonic()
    doubtful = [one for one in read if _repeating.get(one.station_id, 0.0) > now]
    return [one for one in read if _repeating.get(one.station_id, 0.0) <= now], doubtful


def _in_order(read: Sequence[facts.Readings]) -> list[facts.Reading]:
    """The single rows, in the same order as the others."""
    found = [
        (row, facts.reading(sample, one))
        for one in read
        for row, sample in zip(rows.readings(one), one.samples, strict=True)
    ]
    return [reading for _, reading in sorted(found, key=itemgetter(0))]


def keep(read: facts.Readings) -> None:
    """The same over Django's connection, for a verb that no socket has asked for."""
    with connection.cursor() as cursor:
        cursor.executemany(KEEP, _in_order([read]))
