"""Every frame, each way: copied in batches; a verb's own frame is inserted in the verb's transaction."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

from ocpp_consumer.journal import facts

COLUMNS = ", ".join(facts.Frame._fields)
TYPES = ("int8", "int8", "timestamptz", "text", "int2", "text", "text", "text", "text", "int4", "float8")
COPY = f"COPY ocpp_consumer_frame ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
INSERT = f"INSERT INTO ocpp_consumer_frame ({COLUMNS}) VALUES ({', '.join(['%s'] * len(TYPES))})"  # noqa: S608  # our names


def store(cursor: psycopg.Cursor[Any], frames: Sequence[facts.Frame]) -> None:
    """Append the frames of a batch."""
    with cursor.copy(COPY) as copy:
        copy.set_types(TYPES)
        for frame in frames:
            copy.write_row(frame)


def keep(frame: facts.Frame) -> None:
    """Append one frame over Django's connection, in whatever transaction is open there."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, frame)
