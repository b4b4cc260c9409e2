"""Rolls up what has changed: takes the marks that triggers left, and makes the days and hours that they touch anew."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from charging.models import DailyFigures, FiguresMark, HourlyEnergy
from charging.rollups.days import Mark, roll_days
from charging.rollups.hours import roll_hours

BATCH = 500
MOST_BATCHES = 40

# Two that roll up at once would write what the other has read before it.
ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('charging.roll_up', 0))"
# As an array: else the planner, believing the table empty yet, would compare each of the marks with each of these.
TAKE = """
DELETE FROM charging_figuresmark WHERE id = ANY (ARRAY(SELECT id FROM charging_figuresmark ORDER BY id LIMIT %s))
RETURNING connector_id, since, until
"""
# Each day of a connector by the clock of its place once; by day, for a batch reads the receipts of its days whole.
MARK_ALL = """
WITH place AS (
    SELECT connector.id, coalesce(location.time_zone, %(zone)s) AS zone FROM stations_connector AS connector
    JOIN stations_station AS station ON station.id = connector.station_id
    LEFT JOIN stations_location AS location ON location.id = station.location_id
), charged AS (
    SELECT place.id, place.zone, (least(requested_at, started_at) AT TIME ZONE place.zone)::date AS first,
        (greatest(requested_at, started_at, stopped_at) AT TIME ZONE place.zone)::date AS last
    FROM charging_session AS session JOIN place ON place.id = session.connector_id
    WHERE state IN ('ended', 'review', 'settled', 'waived', 'failed') AND coalesce(requested_at, started_at) IS NOT NULL
), sold AS (
    SELECT place.id, coalesce(place.zone, %(zone)s) AS zone, receipt.made_at
    FROM billing_receipt AS receipt LEFT JOIN charging_session AS session
        ON session.id = CASE WHEN receipt.subject ~ '^session:[0-9]{1,9}$' THEN substr(receipt.subject, 9)::int END
    LEFT JOIN place ON place.id = session.connector_id
), touched AS (
    SELECT id, zone, day::date AS day
    FROM charged CROSS JOIN LATERAL generate_series(first::timestamp, last::timestamp, interval '1 day') AS day
    UNION
    SELECT id, zone, (made_at AT TIME ZONE zone)::date FROM sold
)
INSERT INTO charging_figuresmark (connector_id, since, until)
SELECT id, day::timestamp AT TIME ZONE zone, (day + 1)::timestamp AT TIME ZONE zone - interval '1 microsecond'
FROM touched ORDER BY day
"""


def roll_up(*, at: datetime) -> int:
    """Make anew what facts have changed of; answers how many marks were taken. What waits beyond is for the next run.

    Figures are of facts alone, whenever that is: `at` is only when the sweep ran.
    """
    done = 0
    for _ in range(MOST_BATCHES):
        taken = roll_batch()
        done += taken
        if taken < BATCH:
            break
    return done


@transaction.atomic
def roll_batch() -> int:
    """Take the oldest marks, and what is made of them, in one transaction; 0 while another process is at it."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(TAKE, [BATCH])
        taken = cursor.fetchall()
    marks = sorted({Mark(*row) for row in taken}, key=lambda mark: (mark.connector or 0, mark.since, mark.until))
    if marks:
        roll_days(marks)
        roll_hours(marks)
    return len(taken)


@transaction.atomic
def rebuild() -> None:
    """Forget all figures and make them anew from the facts of all time."""
    for model in (DailyFigures, HourlyEnergy, FiguresMark):
        model._default_manager.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(MARK_ALL, {"zone": settings.DEFAULT_LOCATION_TIME_ZONE})
    while roll_batch():
        pass
