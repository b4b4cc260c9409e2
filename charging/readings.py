"""What the journal recorded about sessions, read for pricing and review; one query for any number of sessions."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import accumulate, groupby, islice

from django.db import connection
from django.db.models import Max

from charging import metering
from charging.models import MeterReading, Session

Register = tuple[datetime, int]
Level = tuple[datetime, Decimal]

# By the unique key of samples, so that each partition is asked for two rows and no more.
LAST_TWO = """
SELECT wanted.session, reading.at, reading.value
FROM unnest(%(sessions)s::int[], %(stations)s::bigint[], %(numbers)s::int[]) AS wanted (session, station, number)
CROSS JOIN LATERAL (
    SELECT at, value FROM charging_meterreading
    WHERE session_key = wanted.session AND station_id = wanted.station AND number = wanted.number
      AND measurand = %(measurand)s AND phase = '' AND value IS NOT NULL
      AND (location = 'Outlet' OR NOT %(at_outlet)s)
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
            measurand__in=[metering.REGISTER, metering.INTERVAL],
            location="Outlet",
            value__isnull=False,
            # Only the partitions in which these sessions can have readings; dates that cannot be true lie elsewhere.
            part_at__gte=min(began),
        )
        .order_by("session_key", "measurand", "at")
        .values_list("session_key", "measurand", "at", "phase", "value")
    )
    found: dict[int, list[Register]] = defaultdict(list)
    parts: dict[int, list[Register]] = defaultdict(list)
    for (key, measurand, at), samples in groupby(rows, key=lambda row: row[:3]):
        energy = metering.total({phase: value for *_, phase, value in samples if value is not None})
        if energy is not None:
            (found if measurand == metering.REGISTER else parts)[key].append((at, int(energy)))
    for session in sessions:
        if session.pk in parts and session.pk not in found:
            found[session.pk] = added_up(parts[session.pk], since_wh=session.meter_start_wh or 0)
    return found


def added_up(parts: Sequence[Register], *, since_wh: int) -> list[Register]:
    """What a register would show of energy that is told in parts (7.31: .Interval), none of which is a register."""
    sums = accumulate((energy for _, energy in parts), initial=since_wh)
    return [(at, register) for (at, _), register in zip(parts, islice(sums, 1, None), strict=True)]


def register_before(session: Session) -> int | None:
    """The register in Wh at which the connector's session before this one ended, where that is known."""
    earlier = Session.objects.filter(connector=session.connector_id, pk__lt=session.pk, meter_stop_wh__isnull=False)
    return earlier.order_by("-pk").values_list("meter_stop_wh", flat=True).first()


def peak_power_of(session: Session) -> int:
    """The highest power in W that a session's readings show; 0 where none says any."""
    peak: Decimal | None = MeterReading.objects.filter(
        session_key=session.pk, measurand=metering.POWER, part_at__gte=session.started_at
    ).aggregate(peak=Max("value"))["peak"]
    return int(peak or 0)


def last_two_of(sessions: Sequence[Session]) -> dict[int, list[Register]]:
    """The last two energy registers of each session, the newest first: how often it is read, and how fast it counts."""
    found: dict[int, list[Register]] = defaultdict(list)
    for key, at, value in _last_two(sessions, metering.REGISTER, at_outlet=True):
        found[key].append((at, int(value)))
    return found


def last_levels_of(sessions: Sequence[Session]) -> dict[int, list[Level]]:
    """The last two states of charge (%) of each session, the newest first; 0 is how many stations say nothing."""
    found: dict[int, list[Level]] = defaultdict(list)
    if sessions:
        for key, at, percent in _last_two(sessions, metering.SOC, at_outlet=False):
            if 0 < percent <= 100:
                found[key].append((at, percent))
    return found


def _last_two(sessions: Sequence[Session], measurand: str, *, at_outlet: bool) -> list[tuple[int, datetime, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute(
            LAST_TWO,
            {
                "sessions": [session.pk for session in sessions],
                "stations": [session.station_id for session in sessions],
                "numbers": [session.connector.number for session in sessions],
                "measurand": measurand,
                "at_outlet": at_outlet,
            },
        )
        rows: list[tuple[int, datetime, Decimal]] = cursor.fetchall()
        return rows
