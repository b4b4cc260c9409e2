"""`python -m bench.locker URL`: holds the locks that verbs take, half a second at a time, until it is ended."""

import sys
import time

import psycopg

LOCKS = (
    "SELECT id FROM stations_station ORDER BY id LIMIT 1000 FOR NO KEY UPDATE",
    "SELECT id FROM stations_connector ORDER BY id LIMIT 2000 FOR NO KEY UPDATE",
    "SELECT id FROM charging_session WHERE state IN ('active', 'stopping') ORDER BY id FOR NO KEY UPDATE",
)


def hold(database_url: str) -> None:
    """Lock, wait, let go."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        while True:
            with connection.transaction():
                for statement in LOCKS:
                    connection.execute(statement)
                time.sleep(0.5)
            time.sleep(0.1)


if __name__ == "__main__":
    time.sleep(2.0)  # transactions begin first
    hold(sys.argv[1])
