"""What the tables hold of what stations were answered: a frame that was acknowledged must be a row."""

import time
from typing import NamedTuple

import psycopg

COUNT = """
SELECT count(*) FILTER (WHERE direction = 'in' AND message_type = 2),
       count(*) FILTER (WHERE direction = 'out' AND message_type = 3),
       count(*) FILTER (WHERE direction = 'in' AND action = 'MeterValues'),
       (SELECT count(*) FROM charging_meterreading)
FROM ocpp_consumer_frame
"""
PATIENCE_SECONDS = 30.0


class Rows(NamedTuple):
    """Frames each way, those that are MeterValues, and readings."""

    heard: int
    said: int
    metered: int
    readings: int

    def since(self, before: "Rows") -> "Rows":
        """What has come since."""
        return Rows(*(now - then for now, then in zip(self, before, strict=True)))


class Difference(Exception):
    """Clients and tables do not agree: something was acknowledged and not stored, or stored twice."""


def count(database_url: str) -> Rows:
    """How many there are now."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        return Rows(*connection.execute(COUNT).fetchone() or (0, 0, 0, 0))


def compare(database_url: str, *, before: Rows, wanted: Rows, unheard: int) -> None:
    """Raise Difference unless exactly what was answered is stored; our own answers are stored a moment later.

    Only what was said on sockets that ended before its answer came may be stored besides.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = count(database_url).since(before)
        if all(0 <= there - told <= unheard for there, told in zip(found, wanted, strict=True)):
            return
        if time.monotonic() > deadline:
            raise Difference(f"clients heard {wanted} and {unheard} answers never came; the tables hold {found}")
        time.sleep(0.5)
