"""Readings that were stored before their session was known, given to it later; what it has already is not doubled."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from ocpp_consumer.journal import facts
from ocpp_consumer.journal.readings import COLUMNS

MOVE = f"""
WITH moved AS (
    DELETE FROM charging_meterreading
    WHERE session_key = 0 AND station_id = %(station_id)s AND number = %(number)s
      AND at BETWEEN %(since)s AND %(until)s AND part_at BETWEEN %(since)s AND %(until)s
    RETURNING {COLUMNS}
)
INSERT INTO charging_meterreading ({COLUMNS})
SELECT {COLUMNS.replace("session_key", "%(session_id)s::int4", 1)} FROM moved
ORDER BY at, measurand, phase, location, context
ON CONFLICT DO NOTHING
"""  # noqa: S608  # our names


def store(cursor: Any, attributions: Sequence[facts.Attribution]) -> None:
    """Carry out the attributions of a batch; they are rare, so each is a statement of its own."""
    for attribution in sorted(attributions):
        cursor.execute(MOVE, attribution._asdict())


def carry_out(attribution: facts.Attribution) -> None:
    """The same over Django's connection, for a verb that no socket has asked for."""
    with connection.cursor() as cursor:
        store(cursor, [attribution])
