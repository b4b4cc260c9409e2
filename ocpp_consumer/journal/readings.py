"""Meter readings: a repeated sample is one sample."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import psycopg

from ocpp_consumer.journal import facts

COLUMNS = ", ".join(facts.Reading._fields)
TYPES = (
    *("timestamptz", "int4", "int8", "int4", "timestamptz"),
    *("varchar", "varchar", "varchar", "varchar", "varchar", "numeric", "text"),
)
# COPY knows no ON CONFLICT, so readings pass through a table of the connection that empties itself at every commit.
PREPARE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS fresh_readings ON COMMIT DELETE ROWS AS
SELECT {COLUMNS} FROM charging_meterreading WITH NO DATA
"""  # noqa: S608  # our names
# Two processes that hear the same samples wait for each other in this order, never crosswise.
KEY_ORDER = attrgetter("session_key", "station_id", "number", "at", "measurand", "phase", "location", "context")
COPY = "COPY fresh_readings FROM STDIN (FORMAT BINARY)"
KEEP_NEW = f"INSERT INTO charging_meterreading ({COLUMNS}) SELECT * FROM fresh_readings ON CONFLICT DO NOTHING"  # noqa: S608  # our names


def prepare(connection: psycopg.Connection[Any]) -> None:
    """Make the connection's own table; once per connection."""
    connection.execute(PREPARE)


def store(cursor: psycopg.Cursor[Any], readings: Sequence[facts.Reading]) -> None:
    """Append the readings of a batch that are new."""
    with cursor.copy(COPY) as copy:
        copy.set_types(TYPES)
        for reading in sorted(readings, key=KEY_ORDER):
            copy.write_row(reading)
    cursor.execute(KEEP_NEW)
