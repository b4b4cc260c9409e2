"""`python -m bench.past SESSIONS READINGS FRAMES`: months of charging in the database that bench.world built.

Rows are written by the database itself, a slice at a time; wallets keep the balances that they had.
"""

import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
django.setup()

from django.db import connection  # noqa: E402

from charging.rollups.rolling import rebuild  # noqa: E402
from drivepower.core import partitions  # noqa: E402
from drivepower.core.partitions import Span  # noqa: E402

SLICE = 20_000
MONTHS, FRAME_DAYS = 6, 60
# Sessions are spread evenly over the months; the newest ended a minute ago.
WHEN = "%(now)s::timestamptz - %(span)s::interval * (1 - n::float / %(sessions)s) - interval '1 hour'"

SESSIONS = f"""
INSERT INTO charging_session (
    id, public_id, ocpp_id, tag, asked_by, state, revision, holds_connector, start_status, start_key, requested_at,
    started_at, start_received_at, stopped_at, stop_received_at, meter_start_wh, meter_stop_wh, billed_energy_wh,
    limit_kind, stop_reason, inferred, findings, failure, failure_text, stop_cause, created_at, connector_id, driver_id,
    station_id, stop_key, receipt_id
)
SELECT n, gen_random_uuid(), n::text, 'CARD', 'app',
    CASE WHEN n %% 97 = 0 THEN 'failed' WHEN n %% 500 = 0 THEN 'review' ELSE 'settled' END,
    1, false, 'Accepted', 'past:' || n, at, at, at, at + interval '40 minutes', at + interval '40 minutes',
    n * 10, n * 10 + energy, CASE WHEN n %% 97 <> 0 THEN energy END, '', 'Local', false,
    CASE WHEN n %% 500 = 0 AND n %% 97 <> 0 THEN '{{power_too_high}}'::text[] ELSE '{{}}' END,
    CASE WHEN n %% 97 = 0 THEN 'start_timeout' ELSE '' END, '', '', at, plugs.id, people.id, plugs.station_id, '',
    CASE WHEN n %% 500 <> 0 AND n %% 97 <> 0 THEN n END
FROM (SELECT n, {WHEN} AS at, 5000 + n %% 40000 AS energy FROM generate_series(%(first)s, %(last)s) AS n) AS made
JOIN bench_plugs AS plugs ON plugs.place = n %% %(plugs)s
JOIN bench_people AS people ON people.place = n %% %(people)s
"""
RECEIPTS = f"""
INSERT INTO billing_receipt (
    id, public_id, kind, seller, year, number, subject, currency, net, tax, gross, tax_name, tax_percent, made_at,
    wallet_id, about, reason, subject_gross, time_zone, sold_by, bought_by
)
SELECT n, gen_random_uuid(), 'sale', 'PAST', 2000, n, 'session:' || n, 'KGS', 300, 36, 336, 'VAT', 12, {WHEN},
    people.wallet_id, 'B', '', 336, 'Asia/Bishkek', '{{}}', '{{}}'
FROM generate_series(%(first)s, %(last)s) AS n JOIN bench_people AS people ON people.place = n %% %(people)s
WHERE n %% 500 <> 0 AND n %% 97 <> 0
"""
LINES = f"""
INSERT INTO billing_receiptline (
    position, dimension, rule_name, starts_at, ends_at, quantity, unit, unit_price, net, tax, gross, receipt_id,
    tax_percent
)
SELECT 1, 'per_kwh', 'Energy', {WHEN}, {WHEN} + interval '40 minutes', 22.4, 'kWh', 15, 300, 36, 336, n, 12
FROM generate_series(%(first)s, %(last)s) AS n WHERE n %% 500 <> 0 AND n %% 97 <> 0
"""
SETTLEMENTS = f"""
INSERT INTO charging_settlement (
    revision, verdict, currency, total, shortfall, lines, made_at, session_id, decided_by, reason
)
SELECT 1, 'ok', 'KGS', 336, 0, '[]', {WHEN} + interval '41 minutes', n, '', ''
FROM generate_series(%(first)s, %(last)s) AS n WHERE n %% 500 <> 0 AND n %% 97 <> 0
"""
TRANSFERS = f"""
INSERT INTO billing_transfer (
    public_id, amount, kind, subject, reference, made_by, reason, made_at, source_id, target_id
)
SELECT gen_random_uuid(), 336, 'capture', 'session:' || n, 'past:' || n, '', '', {WHEN}, people.wallet_id, %(till)s
FROM generate_series(%(first)s, %(last)s) AS n JOIN bench_people AS people ON people.place = n %% %(people)s
WHERE n %% 500 <> 0 AND n %% 97 <> 0
"""
METERS = """
INSERT INTO charging_sessionmeter (session_id, energy_wh, power_w, soc, last_reading_at, running_cost)
SELECT n, 5000 + n % 40000, 7400, 80, now(), 336 FROM generate_series(%(first)s, %(last)s) AS n
""".replace("n % 40000", "n %% 40000")
SPANS = f"""
INSERT INTO stations_statusspan (number, status, error_code, since, until, station_id)
SELECT plugs.number, said.status, 'NoError', {WHEN} + said.after, {WHEN} + said.after + interval '10 minutes',
    plugs.station_id
FROM generate_series(%(first)s, %(last)s) AS n JOIN bench_plugs AS plugs ON plugs.place = n %% %(plugs)s
CROSS JOIN (VALUES ('Preparing', interval '0'), ('Charging', interval '10 minutes'), ('Available', '40 minutes'))
    AS said (status, after)
"""
OF_SESSIONS = (RECEIPTS, LINES, SESSIONS, METERS, SETTLEMENTS, TRANSFERS, SPANS)

READINGS = f"""
INSERT INTO charging_meterreading (
    part_at, session_key, number, at, measurand, phase, location, context, unit, value, raw, station_id
)
SELECT at + step * interval '2 minutes', n, plugs.number, at + step * interval '2 minutes',
    'Energy.Active.Import.Register', '', 'Outlet', 'Sample.Periodic', 'Wh', n * 10 + step * 500, '', plugs.station_id
FROM (SELECT n, {WHEN} AS at FROM generate_series(%(first)s, %(last)s) AS n) AS made
JOIN bench_plugs AS plugs ON plugs.place = n %% %(plugs)s
CROSS JOIN generate_series(1, %(each)s) AS step
"""
FRAMES = """
INSERT INTO ocpp_consumer_frame (
    epoch, received_at, direction, message_type, message_id, action, text, error, session_key, latency_ms, station_id
)
SELECT 1, %(now)s::timestamptz - %(days)s::interval * (1 - n::float / %(frames)s), CASE n %% 2 WHEN 0 THEN 'in'
    ELSE 'out' END, 2 + n %% 2, n::text,
    (ARRAY['MeterValues', 'Heartbeat', 'StatusNotification', 'StartTransaction', 'StopTransaction'])[1 + n %% 5],
    '[2,"' || n || '","MeterValues",{"connectorId":1,"transactionId":' || n / 20 || ',"meterValue":[{"timestamp":'
    || '"2026-03-02T09:00:00Z","sampledValue":[{"value":"' || n || '","context":"Sample.Periodic","unit":"Wh"}]}]}]',
    '', 0, 3, plugs.station_id
FROM generate_series(%(first)s, %(last)s) AS n JOIN bench_plugs AS plugs ON plugs.place = n %% %(plugs)s
"""
PLACES = """
CREATE TEMP TABLE bench_plugs AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, station_id, number FROM stations_connector;
CREATE TEMP TABLE bench_people AS
    SELECT row_number() OVER (ORDER BY user_id) - 1 AS place, user_id AS id, id AS wallet_id
    FROM billing_wallet WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX ON bench_plugs (place);
CREATE UNIQUE INDEX ON bench_people (place);
ANALYZE bench_plugs, bench_people;
"""
# Rows of the past are right by construction: no trigger looks at each, and the figures are rolled up at the end.
QUIETLY = "SET session_replication_role = replica; SET statement_timeout = 0"
NEXT_KEYS = """
SELECT setval(pg_get_serial_sequence('charging_session', 'id'), %(sessions)s);
SELECT setval(pg_get_serial_sequence('billing_receipt', 'id'), %(sessions)s);
"""


def fill(*, sessions: int, readings: int, frames: int, now: datetime) -> None:
    """Write the past up to now, showing how far it is."""
    begin(now=now)
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        cursor.execute(QUIETLY)
        said: dict[str, Any] = {
            "now": now,
            "span": timedelta(days=30 * MONTHS),
            "days": timedelta(days=FRAME_DAYS),
            "sessions": sessions,
            "frames": frames,
            "each": max(1, readings // sessions),
            "plugs": one(cursor, "SELECT count(*) FROM bench_plugs"),
            "people": one(cursor, "SELECT count(*) FROM bench_people"),
            "till": one(cursor, "SELECT id FROM billing_wallet WHERE system <> '' ORDER BY id LIMIT 1"),
        }
        for first, last in slices(sessions, "sessions"):
            for statement in OF_SESSIONS:
                cursor.execute(statement, said | {"first": first, "last": last})
        for first, last in slices(sessions, "readings"):
            cursor.execute(READINGS, said | {"first": first, "last": last})
        for first, last in slices(frames, "frames"):
            cursor.execute(FRAMES, said | {"first": first, "last": last})
        cursor.execute(NEXT_KEYS, said)
        cursor.execute("ANALYZE")
    begun = time.monotonic()
    rebuild()
    sys.stdout.write(f"  figures of {sessions:,} sessions rolled up in {time.monotonic() - begun:.0f} s\n")


def begin(*, now: datetime) -> None:
    """The partitions that a network of this age has; the one for what was before its first month goes."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE charging_meterreading_past")
    spans: tuple[tuple[str, Span, int], ...] = (
        ("charging_meterreading", "month", 30 * MONTHS + 31),
        ("ocpp_consumer_frame", "day", FRAME_DAYS + 1),
    )
    for table, span, days in spans:
        start = partitions.first_of(span, now - timedelta(days=days))
        while start < now.date():
            end, mark = partitions.next_of(span, start), f"{start:%Y%m%d}" if span == "day" else f"{start:%Y%m}"
            partitions.make(table=table, name=f"{table}_{mark}", start=start, end=end)
            start = end


def slices(count: int, what: str) -> Iterator[tuple[int, int]]:
    """First and last numbers of each slice; tells how far it is."""
    for first in range(1, count + 1, SLICE):
        last = min(first + SLICE - 1, count)
        yield first, last
        if last == count or last % (SLICE * 10) == 0:
            sys.stdout.write(f"  {what}: {last:,} of {count:,}\n")
            sys.stdout.flush()


def one(cursor: Any, query: str) -> int:
    """The number that a query answers."""
    cursor.execute(query)
    number: int = cursor.fetchone()[0]
    return number


if __name__ == "__main__":
    fill(sessions=int(sys.argv[1]), readings=int(sys.argv[2]), frames=int(sys.argv[3]), now=datetime.now(UTC))
