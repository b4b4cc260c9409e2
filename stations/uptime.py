"""For how much of a month each connector could be used, and what kept it from that; read from spans alone.

A month is the location's own, from when the station was first put into service, or known where it never was.
Maintenance windows are left out of it. Of what is left, a connector is down while its station holds no socket
(offline), while it or its station says Faulted, and while it or its station says Unavailable; what is offline is not
also faulted, what is faulted is not also unavailable.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from stations.models import Connector

# The parts of downtime, in the order in which they are told apart.
CAUSES = ("offline", "faulted", "unavailable")


class Uptime(NamedTuple):
    """One connector's month, in seconds."""

    connector: int
    station: str
    number: int
    location: str
    vendor: str
    model: str
    # Of the month, without maintenance.
    measured: int
    maintenance: int
    offline: int
    faulted: int
    unavailable: int
    # For how long each error of its own was there; errors of one connector can be there at once.
    errors: dict[str, int]

    @property
    def down(self) -> int:
        """Offline, faulted or unavailable."""
        return self.offline + self.faulted + self.unavailable


# Spans of one connector follow each other, so those of a month are found by their index: what began in it, and the last
# one before. Number 0 is the station itself: what it says holds for all its connectors.
QUERY = """
WITH placed AS MATERIALIZED (
    SELECT connector.id, connector.number, station.id AS station_id, station.code, station.vendor, station.model,
        coalesce(location.code, '') AS location,
        greatest(
            station.created_at, opened.at, %(first)s::timestamp AT TIME ZONE coalesce(location.time_zone, %(zone)s)
        ) AS since,
        least(%(at)s, %(next)s::timestamp AT TIME ZONE coalesce(location.time_zone, %(zone)s)) AS until
    FROM stations_connector AS connector
    JOIN stations_station AS station ON station.id = connector.station_id
    LEFT JOIN stations_location AS location ON location.id = station.location_id
    LEFT JOIN (
        SELECT station_id, min(ended_at) AS at FROM stations_commissioning WHERE state = 'done' GROUP BY station_id
    ) AS opened ON opened.station_id = station.id
    WHERE connector.number > 0 AND station.service_state = 'in_service'
      AND (%(connectors)s::bigint[] IS NULL OR connector.id = ANY(%(connectors)s::bigint[]))
), months AS MATERIALIZED (
    SELECT *, tstzmultirange(tstzrange(since, until)) AS month FROM placed WHERE since < until
), works AS (
    SELECT months.id, range_agg(tstzrange(work.starts_at, work.until)) AS ranges
    FROM months
    JOIN (
        SELECT station_id, number, starts_at, least(ended_at, ends_at, %(at)s) AS until
        FROM stations_maintenance WHERE state IN ('under_way', 'done') AND starts_at IS NOT NULL
    ) AS work ON work.station_id = months.station_id AND (work.number IS NULL OR work.number IN (0, months.number))
        AND work.starts_at < least(work.until, months.until) AND work.until > months.since
    GROUP BY months.id
), sockets AS (
    SELECT station.station_id, range_agg(tstzrange(span.since, coalesce(span.until, 'infinity'))) AS ranges
    FROM (SELECT station_id, min(since) AS since, max(until) AS until FROM months GROUP BY station_id) AS station
    JOIN stations_connectionspan AS span ON span.station_id = station.station_id AND span.since < station.until
        AND coalesce(span.until, 'infinity') > station.since AND span.since < coalesce(span.until, 'infinity')
    GROUP BY station.station_id
), said AS MATERIALIZED (
    SELECT months.id, span.status, span.error_code,
        range_agg(tstzrange(span.since, coalesce(span.until, 'infinity'))) AS ranges
    FROM months
    CROSS JOIN LATERAL (VALUES (months.number), (0)) AS heard (number)
    CROSS JOIN LATERAL (
        (SELECT status, error_code, since, until FROM stations_statusspan AS own
         WHERE own.station_id = months.station_id AND own.number = heard.number
           AND own.since >= months.since AND own.since < months.until)
        UNION ALL
        (SELECT status, error_code, since, until FROM stations_statusspan AS own
         WHERE own.station_id = months.station_id AND own.number = heard.number AND own.since < months.since
         ORDER BY own.since DESC LIMIT 1)
    ) AS span
    WHERE span.status IN ('Faulted', 'Unavailable') AND span.since < coalesce(span.until, 'infinity')
    GROUP BY months.id, span.status, span.error_code
), broken AS (
    SELECT id, range_agg(ranges) FILTER (WHERE status = 'Faulted') AS faulted,
        range_agg(ranges) FILTER (WHERE status = 'Unavailable') AS unavailable
    FROM said GROUP BY id
), parts AS MATERIALIZED (
    SELECT months.*, month * coalesce(works.ranges, '{}') AS maintenance,
        month - coalesce(works.ranges, '{}') AS measured, coalesce(sockets.ranges, '{}') AS online,
        coalesce(broken.faulted, '{}') AS faulted, coalesce(broken.unavailable, '{}') AS unavailable
    FROM months
    LEFT JOIN works ON works.id = months.id
    LEFT JOIN sockets ON sockets.station_id = months.station_id
    LEFT JOIN broken ON broken.id = months.id
), errors AS (
    SELECT parts.id, jsonb_object_agg(said.error_code, seconds.count) AS errors
    FROM parts
    JOIN said ON said.id = parts.id AND said.status = 'Faulted'
    CROSS JOIN LATERAL (
        SELECT coalesce(round(extract(epoch FROM sum(upper(one) - lower(one))))::bigint, 0) AS count
        FROM unnest(parts.measured * parts.online * said.ranges) AS one
    ) AS seconds
    WHERE seconds.count > 0
    GROUP BY parts.id
)
SELECT parts.id, parts.code, parts.number, parts.location, parts.vendor, parts.model,
    measured.s, maintenance.s, offline.s, faulted.s, unavailable.s, coalesce(errors.errors, '{}')::text
FROM parts
LEFT JOIN errors ON errors.id = parts.id
"""
LENGTHS = {
    "measured": "measured",
    "maintenance": "maintenance",
    "offline": "measured - online",
    "faulted": "measured * online * faulted",
    "unavailable": "measured * online * unavailable - faulted",
}
LENGTH = """CROSS JOIN LATERAL (
    SELECT coalesce(round(extract(epoch FROM sum(upper(one) - lower(one))))::bigint, 0) AS s FROM unnest({}) AS one
) AS {}
"""


def written() -> str:
    """The whole query: the seconds of each part behind it."""
    columns = ("measured", "maintenance", "online", "faulted", "unavailable")
    lengths = []
    for name, ranges in LENGTHS.items():
        named = " ".join(f"parts.{word}" if word in columns else word for word in ranges.split())
        lengths.append(LENGTH.format(named, name))
    return QUERY + "".join(lengths) + "ORDER BY parts.code, parts.number"


def uptime_of(*, month: date, at: datetime, connectors: Iterable[Connector] | None = None) -> list[Uptime]:
    """How these connectors (all in service, unless named) did in the month that begins on that day, as far as it is."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    values: dict[str, Any] = {
        "first": month,
        "next": following,
        "at": at,
        "zone": settings.DEFAULT_LOCATION_TIME_ZONE,
        "connectors": None if connectors is None else [connector.pk for connector in connectors],
    }
    with connection.cursor() as cursor:
        cursor.execute(written(), values)
        return [Uptime._make([*row[:11], json.loads(row[11])]) for row in cursor.fetchall()]
