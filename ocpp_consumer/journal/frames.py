"""Every frame, each way: copied in batches; a verb's own frame is inserted in the verb's transaction."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

from ocpp_consumer.journal import facts, rows

COLUMNS = ", ".join(facts.Frame._fields)
COPY = f"COPY ocpp_consumer_frame ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
INSERT = f"INSERT INTO ocpp_consumer_frame ({COLUMNS}) VALUES ({', '.join(['%s'] * len(facts.Frame._fields))})"  # noqa: S608  # our names


def store(cursor: psycopg.Cursor[Any], frames: Sequence[facts.Frame]) -> None:
    """Append the frames of a batch."""
    rows.copy(cursor, COPY, map(rows.frame, frames))


def keep(frame: facts.Frame) -> None:
    """Append one frame over Django's connection, in whatever transaction is open there."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, frame)
