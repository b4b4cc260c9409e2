"""The days of connectors, made anew from sessions and receipts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection


class Mark(NamedTuple):
    """From when until when facts of a connector (None: receipts of none) have changed."""

    connector: int | None
    since: datetime
    until: datetime


# The days that the marks touch, as the clocks of their places count them.
WANTED = """
WITH wanted AS MATERIALIZED (
    SELECT DISTINCT mark.connector, coalesce(location.time_zone, %(zone)s) AS zone, day::date AS day
    FROM unnest(%(connectors)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[])
        AS mark (connector, since, until)
    LEFT JOIN stations_connector AS connector ON connector.id = mark.connector
    LEFT JOIN stations_station AS station ON station.id = connector.station_id
    LEFT JOIN stations_location AS location ON location.id = station.location_id
    CROSS JOIN LATERAL generate_series(
        (mark.since AT TIME ZONE coalesce(location.time_zone, %(zone)s))::date::timestamp,
        (mark.until AT TIME ZONE coalesce(location.time_zone, %(zone)s))::date::timestamp, interval '1 day') AS day
    WHERE mark.connector IS NULL OR connector.id IS NOT NULL
), bounds AS MATERIALIZED (
    SELECT connector, day, zone, day::timestamp AT TIME ZONE zone AS since,
        (day + 1)::timestamp AT TIME ZONE zone AS until
    FROM wanted
)
"""
FORGET = f"""{WANTED}
DELETE FROM charging_dailyfigures AS figures USING wanted
WHERE figures.day = wanted.day AND figures.connector_id IS NOT DISTINCT FROM wanted.connector
"""  # noqa: S608  # our own words
# Two tries of a driver at a station within ten minutes are one wish; the first of them is the try that counts. Each
# OFFSET 0 keeps its question apart, asked by an index for each day: nobody can tell the planner how few days there are.
ROLL = f"""{WANTED}, tried AS (
    SELECT bounds.connector, bounds.day, session.state, session.billed_energy_wh,
        NOT EXISTS (
            SELECT FROM charging_session AS before
            WHERE before.driver_id = session.driver_id AND before.id < session.id
              AND before.station_id = session.station_id
              AND coalesce(before.requested_at, before.started_at)
                  BETWEEN session.tried_at - interval '10 minutes' AND session.tried_at
        ) AS is_first
    FROM bounds CROSS JOIN LATERAL (
        SELECT * FROM (
            SELECT id, driver_id, station_id, id_tag_id, state, billed_energy_wh,
                coalesce(requested_at, started_at) AS tried_at
            FROM charging_session
            WHERE connector_id = bounds.connector AND state IN ('ended', 'settled', 'waived')
              AND stopped_at >= bounds.since AND started_at >= bounds.since AND started_at < bounds.until
            UNION ALL
            SELECT id, driver_id, station_id, id_tag_id, state, billed_energy_wh, coalesce(requested_at, started_at)
            FROM charging_session
            WHERE connector_id = bounds.connector AND state = 'failed'
              AND coalesce(requested_at, started_at) >= bounds.since
              AND coalesce(requested_at, started_at) < bounds.until
        ) AS either OFFSET 0
    ) AS session
    LEFT JOIN accounts_idtag AS tag ON tag.id = session.id_tag_id
    WHERE tag.kind IS DISTINCT FROM 'service'
), counted AS (
    SELECT connector, day, count(*) FILTER (WHERE state <> 'failed') AS sessions,
        count(*) FILTER (WHERE is_first) AS attempts,
        count(*) FILTER (WHERE is_first AND state = 'failed') AS failures,
        coalesce(sum(billed_energy_wh) FILTER (WHERE state <> 'failed'), 0) AS energy_wh
    FROM tried GROUP BY connector, day
), taken AS (
    SELECT bounds.connector, bounds.day,
        range_agg(tstzrange(session.started_at, session.stopped_at) * tstzrange(bounds.since, bounds.until)) AS spans
    FROM bounds CROSS JOIN LATERAL (
        SELECT started_at, stopped_at, id_tag_id FROM charging_session
        WHERE connector_id = bounds.connector AND state IN ('ended', 'settled', 'waived')
          AND stopped_at > bounds.since AND started_at < bounds.until AND started_at < stopped_at
        OFFSET 0
    ) AS session
    LEFT JOIN accounts_idtag AS tag ON tag.id = session.id_tag_id
    WHERE tag.kind IS DISTINCT FROM 'service'
    GROUP BY bounds.connector, bounds.day
), busy AS (
    SELECT connector, day,
        (SELECT round(extract(epoch FROM sum(upper(span) - lower(span)))) FROM unnest(spans) AS span) AS busy_s
    FROM taken
), receipts AS MATERIALIZED (
    SELECT window_of.day, window_of.zone, coalesce(session.connector_id, 0) AS connector, receipt.currency,
        receipt.gross
    FROM (SELECT DISTINCT day, zone, since, until FROM bounds) AS window_of
    CROSS JOIN LATERAL (
        SELECT currency, gross,
            CASE WHEN subject ~ '^session:[0-9]{{1,9}}$' THEN substr(subject, 9)::int END AS session_id
        FROM billing_receipt WHERE made_at >= window_of.since AND made_at < window_of.until OFFSET 0
    ) AS receipt
    LEFT JOIN LATERAL (
        SELECT connector_id, id_tag_id FROM charging_session WHERE id = receipt.session_id OFFSET 0
    ) AS session ON TRUE
    LEFT JOIN accounts_idtag AS tag ON tag.id = session.id_tag_id
    WHERE tag.kind IS DISTINCT FROM 'service'
), sold AS (
    SELECT bounds.connector, bounds.day, receipts.currency, sum(receipts.gross) AS gross
    FROM receipts
    JOIN bounds ON bounds.day = receipts.day AND bounds.zone = receipts.zone
        AND coalesce(bounds.connector, 0) = receipts.connector
    GROUP BY bounds.connector, bounds.day, receipts.currency
), revenue AS (
    SELECT connector, day, jsonb_object_agg(currency, gross::text) AS revenue FROM sold GROUP BY connector, day
)
INSERT INTO charging_dailyfigures (day, connector_id, sessions, attempts, failures, energy_wh, busy_s, revenue)
SELECT wanted.day, wanted.connector, coalesce(sessions, 0), coalesce(attempts, 0), coalesce(failures, 0),
    coalesce(energy_wh, 0), coalesce(busy_s, 0), coalesce(revenue, '{{}}'::jsonb)
FROM wanted
LEFT JOIN counted ON counted.connector = wanted.connector AND counted.day = wanted.day
LEFT JOIN busy ON busy.connector = wanted.connector AND busy.day = wanted.day
LEFT JOIN revenue ON coalesce(revenue.connector, 0) = coalesce(wanted.connector, 0) AND revenue.day = wanted.day
WHERE attempts > 0 OR sessions > 0 OR busy_s > 0 OR revenue IS NOT NULL
"""  # noqa: S608


def roll_days(marks: Sequence[Mark]) -> int:
    """Make the days that these marks touch anew; answers how many rows there are of them now."""
    values: dict[str, Any] = {
        "zone": settings.DEFAULT_LOCATION_TIME_ZONE,
        "connectors": [mark.connector for mark in marks],
        "since": [mark.since for mark in marks],
        "until": [mark.until for mark in marks],
    }
    with connection.cursor() as cursor:
        cursor.execute(FORGET, values)
        cursor.execute(ROLL, values)
        rows: int = cursor.rowcount
        return rows
