"""Where the readings of sessions turn, found by the database: power that begins or ends, gaps, states of charge."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from charging import metering
from charging.models import Session
from drivepower.portal.explain.facts import Turn

MOST = 60
SOME_POWER_W = 50
LONG = timedelta(minutes=15)
SOC_STEP = 20
# The last sample of a charge says 0 W, because it is the last.
END = timedelta(seconds=10)
# By the unique key of samples: of each session, station and connector alone, and of the partitions it can lie in.
TURNS = """
SELECT asked.session, turn.at, turn.measurand, turn.value, turn.before
FROM unnest(%(sessions)s::bigint[], %(stations)s::bigint[], %(numbers)s::int[], %(begins)s::timestamptz[],
            %(ends)s::timestamptz[]) AS asked(session, station, number, begins, ends)
CROSS JOIN LATERAL (
    WITH moment AS (
        SELECT at, measurand, coalesce(
            max(value) FILTER (WHERE phase = ''), sum(value) FILTER (WHERE phase IN ('L1', 'L2', 'L3'))
        ) AS value
        FROM charging_meterreading
        WHERE session_key = asked.session AND station_id = asked.station AND number = asked.number
          AND at >= asked.begins AND at <= asked.ends AND part_at >= asked.begins AND part_at <= asked.ends
          AND measurand = ANY(%(measurands)s) AND context <> 'Transaction.End' AND value IS NOT NULL
          AND (measurand = %(soc)s OR location IN ('', 'Outlet'))
          AND (measurand <> %(soc)s OR value BETWEEN 0 AND 100)
        GROUP BY at, measurand
    ), line AS (
        SELECT at, measurand, value, lag(value) OVER line AS was, lag(at) OVER line AS before
        FROM moment WHERE value IS NOT NULL WINDOW line AS (PARTITION BY measurand ORDER BY at)
    )
    SELECT at, measurand, value, before FROM line WHERE
        (measurand = %(power)s AND value > %(some)s AND (was IS NULL OR was <= %(some)s))
        OR (measurand = %(power)s AND value <= %(some)s AND was > %(some)s)
        OR (measurand = %(register)s AND extract(epoch FROM at - before) > %(long)s)
        OR (measurand = %(soc)s AND (was IS NULL OR floor(value / %(step)s) > floor(was / %(step)s)))
    ORDER BY at LIMIT %(most)s
) AS turn ORDER BY turn.at
"""


def turns(sessions: Sequence[Session], *, at: datetime) -> dict[int, list[Turn]]:
    """The turns of each session that has begun, in order; one query for all of them."""
    begun = [(one, one.started_at) for one in sessions if one.started_at is not None]
    if not begun:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            TURNS,
            {
                "sessions": [one.pk for one, _began in begun],
                "stations": [one.station_id for one, _began in begun],
                "numbers": [one.connector.number for one, _began in begun],
                "begins": [began for _one, began in begun],
                "ends": [max(one.stopped_at or at, began + timedelta(seconds=1)) for one, began in begun],
                "measurands": [metering.POWER, metering.REGISTER, metering.SOC],
                "power": metering.POWER,
                "register": metering.REGISTER,
                "soc": metering.SOC,
                "some": SOME_POWER_W,
                "long": LONG.total_seconds(),
                "step": SOC_STEP,
                "most": MOST,
            },
        )
        rows: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for key, *row in cursor.fetchall():
            rows[key].append(tuple(row))
    return {one.pk: list(named(rows[one.pk], ended_at=one.stopped_at)) for one, _began in begun}


def drawn_w(session: Session) -> int:
    """The power in W that the car took when the meter was last read; 0 if none."""
    now = getattr(session, "meter", None)
    return now.power_w or 0 if now else 0


def read_at(session: Session) -> datetime | None:
    """When its meter was last read, if ever."""
    now = getattr(session, "meter", None)
    return now.last_reading_at if now else None


def named(rows: Iterable[tuple[Any, ...]], *, ended_at: datetime | None) -> Iterator[Turn]:
    """The rows as turns: the first power is how a charge begins, any later one is a car that draws again."""
    has_drawn = False
    for at, measurand, value, before in rows:
        if measurand == metering.REGISTER:
            yield Turn(at, "gap", float(value), before)
        elif measurand == metering.SOC:
            yield Turn(at, "soc", float(value))
        elif value > SOME_POWER_W:
            yield Turn(at, "drawing" if has_drawn else "first", float(value))
            has_drawn = True
        elif ended_at is None or at < ended_at - END:
            yield Turn(at, "stopped", float(value))
