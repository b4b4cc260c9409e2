"""Meter readings: a repeated sample is one sample."""

import re
import time
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import psycopg
from django.db import connection

from ocpp_consumer.journal import facts

COLUMNS = ", ".join(facts.Reading._fields)
TYPES = (
    *("timestamptz", "int4", "int8", "int4", "timestamptz"),
    *("varchar", "varchar", "varchar", "varchar", "varchar", "numeric", "text"),
)
# Two processes that hear the same samples wait for each other in this order, never crosswise.
KEY_ORDER = attrgetter("session_key", "station_id", "number", "at", "measurand", "phase", "location", "context")
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


def store(cursor: psycopg.Cursor[Any], readings: Sequence[facts.Reading]) -> None:
    """Append the readings of a batch that are new; raises UniqueViolation for one that is not, see `is_repetition`."""
    new, doubtful = _apart(sorted(readings, key=KEY_ORDER))
    if new:
        with cursor.copy(COPY) as copy:
            copy.set_types(TYPES)
            for reading in new:
                copy.write_row(reading)
    if doubtful:
        cursor.execute(KEEP_NEW, [list(column) for column in zip(*doubtful, strict=True)])


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


def _apart(readings: list[facts.Reading]) -> tuple[list[facts.Reading], list[facts.Reading]]:
    """Those of stations that have not repeated themselves lately, and the others."""
    if not _repeating:
        return readings, []
    now = time.monotonic()
    doubtful = [reading for reading in readings if _repeating.get(reading.station_id, 0.0) > now]
    return [reading for reading in readings if _repeating.get(reading.station_id, 0.0) <= now], doubtful


def keep(readings: Sequence[facts.Reading]) -> None:
    """The same over Django's connection, for a verb that no socket has asked for."""
    with connection.cursor() as cursor:
        cursor.executemany(KEEP, sorted(readings, key=KEY_ORDER))
