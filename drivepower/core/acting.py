"""Who is acting, as the database is told: its triggers write it beside every change that they note.

A connection goes back to the pool with its settings, so whoever names somebody takes the name back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
import structlog
from django.db import connection
from django.db.backends.signals import connection_created

SETTING = "drivepower.person"

_who: ContextVar[str] = ContextVar("who", default="")

log = structlog.stdlib.get_logger(__name__)


@contextmanager
def acting(who: str = "") -> Iterator[None]:
    """In it changes are that person's or task's, or whoever's `act_as` names; then whose they were before."""
    before = _who.get()
    if who:
        act_as(who)
    try:
        yield
    finally:
        if _who.get() != before:
            _go_back(before)


def act_as(who: str) -> None:
    """From now on, until the `acting` around it ends."""
    _who.set(who)
    if connection.connection is not None:
        _tell(connection, who)


def _go_back(who: str) -> None:
    """Take the name from the connection; one that cannot be told any more is not given to anybody else."""
    _who.set(who)
    raw = connection.connection
    if raw is None:
        return
    try:
        _tell(connection, who)
    except psycopg.Error:
        log.warning("a connection keeps its person and is closed")
        raw.close()


def _tell(told: Any, who: str) -> None:
    # Not through Django's cursor: that refuses to speak in a transaction that is to be rolled back.
    told.connection.execute("SELECT set_config(%s, %s, false)", [SETTING, who[:80]])
    told.connection.names_somebody = bool(who)


def _tell_new(sender: object, connection: Any, **known: Any) -> None:
    """A connection from the pool may still name whoever closed it in the middle of what they did."""
    who = _who.get()
    if who or getattr(connection.connection, "names_somebody", False):
        _tell(connection, who)


connection_created.connect(_tell_new, dispatch_uid="drivepower.acting")
