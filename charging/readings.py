"""What the journal recorded about sessions, read for pricing and review; one query for any number of sessions."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from django.db import connection
from django.db.models import Max

from charging import metering
from charging.models import MeterReading, Session

Register = tuple[datetime, int]

# By the unique key of samples, so that each partition is asked for two rows and no more.
LAST_TWO = """
SELECT wanted.session, reading.at, reading.value
FROM unnest(%(sessions)s::int[], %(stations)s::bigint[], %(numbers)s::int[]) AS wanted (session, station, number)
CROSS JOIN LATERAL (
    SELECT at, value FROM charging_meterreading
    WHERE session_key = wanted.session AND station_id = wanted.station AND number = wanted.number
      AND measurand = %(measurand)s AND phase = '' AND location = 'Outlet' AND value IS NOT NULL
    ORDER BY at DESC LIMIT 2
) AS reading
"""


def registers_of(sessions: Sequence[Session]) -> dict[int, list[Register]]:
    """The energy registers by session key, each (time, Wh) in order of time, over all phases."""
    began = [session.started_at for session in sessions if session.started_at]
    if not began:
        return {}
    rows = (
        MeterReading.objects.filter(
            session_key__in=[session.pk for session in sessions],
            measurand=metering.REGISTER,
            location="Outlet",
            value__isnull=False,
            # Only the partitions in which these sessions can have readings; dates that cannot be true lie elsewhere.
            part_at__gte=min(began),
        )
        .order_by("session_key", "at")
        .values_list("session_key", "at", "phase", "value")
    )
    found: dict[int, list[Register]] = defaultdict(list)
    for (key, at), samples in groupby(rows, key=lambda row: (row[0], row[1])):
        register = metering.total({phase: value for _, _, phase, value in samples if value is not None})
        if register is not None:
            found[key].append((at, int(register)))
    return found


def peak_power_of(session: Session) -> int:
    """The highest power in W that a session's readings show; 0 where none says any."""
    peak: Decimal | None = MeterReading.objects.filter(
        session_key=session.pk, measurand=metering.POWER, part_at__gte=session.started_at
    ).aggregate(peak=Max("value"))["peak"]
    return int(peak or 0)


def last_two_of(sessions: Sequence[Session]) -> dict[int, list[Register]]:
    """The last two energy registers of each session, the newest first: how often it is read, and how fast it counts."""
    found: dict[int, list[Register]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            LAST_TWO,
            {
                "sessions": [session.pk for session in sessions],
                "stations": [session.station_id for session in sessions],
                "numbers": [session.connector.number for session in sessions],
                "measurand": metering.REGISTER,
            },
        )
        for key, at, value in cursor.fetchall():
            found[key].append((at, int(value)))
    return found
