"""When stations last spoke, and what their last Boot said."""

from collections.abc import Sequence
from typing import Any

import psycopg

from ocpp_consumer.journal import facts

STORE = """
INSERT INTO stations_stationseen AS seen (station_id, last_frame_at, last_heartbeat_at, booted_at, boot, boot_count)
SELECT * FROM unnest(%s::int8[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::jsonb[], %s::int4[])
ON CONFLICT (station_id) DO UPDATE SET
    last_frame_at = greatest(seen.last_frame_at, excluded.last_frame_at),
    last_heartbeat_at = greatest(seen.last_heartbeat_at, excluded.last_heartbeat_at),
    boot = CASE WHEN excluded.booted_at >= coalesce(seen.booted_at, '-infinity') THEN excluded.boot ELSE seen.boot END,
    booted_at = greatest(seen.booted_at, excluded.booted_at),
    boot_count = seen.boot_count + excluded.boot_count
"""


def store(cursor: psycopg.Cursor[Any], seen: Sequence[facts.Seen]) -> None:
    """Note the stations of a batch, each once, in key order."""
    by_station: dict[int, facts.Seen] = {}
    for fact in seen:
        before = by_station.get(fact.station_id)
        by_station[fact.station_id] = merge(before, fact) if before else fact
    rows = [by_station[key] for key in sorted(by_station)]
    cursor.execute(STORE, [list(column) for column in zip(*rows, strict=True)])


def merge(before: facts.Seen, after: facts.Seen) -> facts.Seen:
    """Two facts about one station as one; the later one was heard later."""
    booted = after if after.booted_at else before
    return facts.Seen(
        station_id=after.station_id,
        last_frame_at=after.last_frame_at,
        last_heartbeat_at=after.last_heartbeat_at or before.last_heartbeat_at,
        booted_at=booted.booted_at,
        boot=booted.boot,
        boots=before.boots + after.boots,
    )
