"""How a transaction ended whose COMMIT was not answered: PostgreSQL remembers it by its number."""

from typing import Any

import psycopg


def number(cursor: psycopg.Cursor[Any]) -> str:
    """The number of the transaction that is open."""
    row = cursor.execute("SELECT pg_current_xact_id()::text").fetchone()
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
