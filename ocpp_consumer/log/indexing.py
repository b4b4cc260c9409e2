"""Closed days get an index of their words, one day at a time; a day that frames still come into has none."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection

from drivepower.core.alone import alone
from ocpp_consumer.log import days
from ocpp_consumer.log.days import Day

# A frame is written a moment after it came.
LATENESS = timedelta(minutes=10)
# No further day is begun after so long; one that has begun is finished.
SECONDS = 60.0
WORDS = "frame_words(text, action, message_type, error)"
# Memory of one build, which may take its time; who still writes into its day is waited for shortly.
MEANS = "SET maintenance_work_mem = '128MB'; SET statement_timeout = 0"
USUAL = "RESET maintenance_work_mem; RESET statement_timeout"

log = structlog.stdlib.get_logger(__name__)


def index_closed_days(*, at: datetime) -> int:
    """Make the missing indexes, the newest day first, for about a minute; answers of how many days.

    An index that somebody has broken is dropped and made again. Two of these at a time are one. A day that fails is
    logged and keeps no other from being made.
    """
    with alone("ocpp_consumer.index_frames") as is_ours:
        if not is_ours:
            return 0
        deadline, made = time.monotonic() + SECONDS, 0
        for day in missing(at=at):
            if time.monotonic() > deadline:
                break
            try:
                build(day)
            except DatabaseError:
                log.exception("a day's words were not indexed", day=day.table)
            else:
                made += 1
        return made


def missing(*, at: datetime) -> list[Day]:
    """Closed days without an index, the newest first: they are searched most."""
    closed = [day for day in days.every() if day.end <= at - LATENESS]
    return [day for day in reversed(closed) if not day.is_indexed]


def build(day: Day) -> None:
    """Index one day, in one statement: a day that is over has readers, who go on meanwhile, and no writers.

    CONCURRENTLY would wait for every older transaction of the database, hours of them at times, and leave a broken
    index where it is stopped; this leaves nothing.
    """
    began = time.monotonic()
    with by_itself():
        if day.is_broken:
            carry_out(f"DROP INDEX {day.table}_words")
        carry_out(f"CREATE INDEX {day.table}_words ON {day.table} USING gin ({WORDS}) WITH (fastupdate = off)")
        carry_out(f"ANALYZE {day.table}")
    log.info("a day's words are indexed", day=day.table, took_s=round(time.monotonic() - began, 1))


@contextmanager
def by_itself() -> Iterator[None]:
    """Time and memory for a build on this connection, which others have after us."""
    carry_out(MEANS)
    try:
        yield
    finally:
        carry_out(USUAL)


def carry_out(statement: str) -> None:
    """One statement of ours."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
