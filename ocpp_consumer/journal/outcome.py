"""How a transaction ended whose COMMIT was not answered: PostgreSQL remembers it by its number."""

from typing import Any

import psycopg

BEGIN = "BEGIN; SELECT pg_current_xact_id()::text"


def begin(cursor: psycopg.Cursor[Any]) -> str:
    """Begin a transaction; answers its number."""
    cursor.execute(BEGIN, prepare=False)  # two statements in one go, which cannot be prepared
    cursor.nextset()
    row = cursor.fetchone()
    return str(row[0]) if row else ""


def is_committed(connection: psycopg.Connection[Any], number: str) -> bool:
    """Whether the transaction of a lost connection was committed; raises OperationalError while it may still be."""
    try:
        row = connection.execute("SELECT pg_xact_status(%s::xid8)", [number]).fetchone()
    except psycopg.DataError:  # no number of this cluster: another one has taken its place
        return False
    if row == ("in progress",):
        raise psycopg.OperationalError("the batch before the connection was lost is not decided yet")
    return row == ("committed",)
