"""The journal's own connection, outside Django's pool, and what its errors mean."""

from typing import Any

import psycopg
from django.db import connections

# A database that is gone without a word is noticed within seconds, not after the kernel's two hours.
LIVELINESS = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "tcp_user_timeout": 10_000}
# Acknowledged means committed; a lock that verbs hold is waited for only as long as a station would wait.
SESSION = "SET synchronous_commit TO on; SET lock_timeout TO '2s'; SET statement_timeout TO '20s'"

# Nothing is wrong with the batch: the same one is tried again.
COLLISIONS = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,
)
# An entry that the server cannot take, wherever the database stands and whoever asks.
FAULTS = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded)


def connect() -> psycopg.Connection[Any]:
    """A new connection with Django's address and credentials; raises psycopg.Error."""
    parameters = connections["default"].get_connection_params()
    for of_django in ("cursor_factory", "context"):
        parameters.pop(of_django, None)
    connection = psycopg.connect(**{**LIVELINESS, **parameters}, autocommit=True)
    try:
        connection.execute(SESSION)
    except psycopg.Error:
        connection.close()
        raise
    return connection


def is_about_data(error: Exception) -> bool:
    """Whether one entry of a batch is to blame, not the database: then the batch is split."""
    # What psycopg has no name for came from the entry's own values, before the server had heard of them.
    return isinstance(error, FAULTS) or not isinstance(error, psycopg.Error)
