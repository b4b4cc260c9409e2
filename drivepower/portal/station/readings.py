"""Power and energy of one session over time, made few by the database: never more points than a chart is wide."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from charging import metering
from charging.models import Session
from drivepower.core.clocks import told_apart

POINTS = 120
# By the unique key of samples: of this session, station and connector alone, and of the partitions it can lie in.
# Phases are added up where there is no total.
FEW = """
WITH sample AS (
    SELECT at, measurand, phase, value FROM charging_meterreading
    WHERE session_key = %(session)s AND station_id = %(station)s AND number = %(number)s
      AND at >= %(since)s AND at <= %(until)s
      AND measurand = ANY(%(measurands)s) AND location IN ('', 'Outlet') AND value IS NOT NULL
      AND part_at >= %(since)s AND part_at <= %(until)s
), moment AS (
    SELECT at, measurand, coalesce(
        max(value) FILTER (WHERE phase = ''), sum(value) FILTER (WHERE phase IN ('L1', 'L2', 'L3'))
    ) AS value
    FROM sample GROUP BY at, measurand
)
SELECT floor(extract(epoch FROM at - %(since)s) / %(step)s)::int AS bucket, measurand,
    avg(value), max(value)
FROM moment WHERE value IS NOT NULL GROUP BY bucket, measurand ORDER BY bucket
"""


def series(session: Session, *, at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Labels and values for the chart: kW, and kWh since the start; empty for a session that has not started.

    Labels are times of the zone's clock, in their true order: those that come twice are told apart.
    """
    if session.started_at is None:
        return {"labels": [], "datasets": []}
    since, until = session.started_at, max(session.stopped_at or at, session.started_at + timedelta(seconds=1))
    step = max(10.0, (until - since).total_seconds() / POINTS)
    found: dict[int, dict[str, float]] = {}
    for bucket, measurand, mean, most in few(session, since=since, until=until, step=step):
        is_power = measurand == metering.POWER
        found.setdefault(bucket, {})[measurand] = float(mean if is_power else most) / 1000
    begun = min((row[metering.REGISTER] for row in found.values() if metering.REGISTER in row), default=0.0)
    if session.meter_start_wh is not None:
        begun = session.meter_start_wh / 1000
    moments = [(since + timedelta(seconds=bucket * step)).astimezone(zone) for bucket in found]
    energies = [row.get(metering.REGISTER) for row in found.values()]
    return {
        "labels": [f"{date_format(one, 'H:i')}{told_apart(one)}" for one in moments],
        "datasets": [
            {"name": _("Power, kW"), "values": [rounded(row.get(metering.POWER)) for row in found.values()]},
            {
                "name": _("Energy, kWh"),
                "values": [rounded(one - begun if one is not None else None) for one in energies],
            },
        ],
    }


def few(session: Session, *, since: datetime, until: datetime, step: float) -> list[tuple[int, str, Any, Any]]:
    """The samples, in as many portions as there are points."""
    with connection.cursor() as cursor:
        cursor.execute(
            FEW,
            {
                "session": session.pk,
                "station": session.station_id,
                "number": session.connector.number,
                "since": since,
                "until": until,
                "step": step,
                "measurands": [metering.POWER, metering.REGISTER],
            },
        )
        rows: list[tuple[int, str, Any, Any]] = cursor.fetchall()
        return rows


def rounded(value: float | None) -> float | None:
    """To a watt, or nothing."""
    return None if value is None else round(value, 3)
