"""How connectors are, and from when until when; only by effective time may a status be stale."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from ocpp_consumer.journal import facts, news

# Locked, so that nothing comes between how a connector was and what is told of it.
BEFORE = """
SELECT station_id, number, status, error_code FROM stations_connectorstate
WHERE (station_id, number) IN (SELECT * FROM unnest(%s::int8[], %s::int4[]))
ORDER BY station_id, number FOR NO KEY UPDATE
"""
# The row of a connector is locked here even where the status is stale: that lets one process at a time cut its spans.
STORE = """
INSERT INTO stations_connectorstate AS state
    (station_id, number, status, error_code, info, vendor_id, vendor_error_code, effective_at, received_at)
SELECT * FROM unnest(%s::int8[], %s::int4[], %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[], %s::varchar[],
                     %s::timestamptz[], %s::timestamptz[])
ON CONFLICT (station_id, number) DO UPDATE SET
    status = excluded.status, error_code = excluded.error_code, info = excluded.info, vendor_id = excluded.vendor_id,
    vendor_error_code = excluded.vendor_error_code, effective_at = excluded.effective_at,
    received_at = excluded.received_at
WHERE excluded.effective_at >= state.effective_at
RETURNING station_id, number
"""
OPEN_SPANS = """
SELECT id, station_id, number, status, error_code, since FROM stations_statusspan
WHERE until IS NULL AND (station_id, number) IN (SELECT * FROM unnest(%s::int8[], %s::int4[]))
"""
CLOSE_SPANS = """
UPDATE stations_statusspan AS span SET until = cut.until
FROM unnest(%s::int8[], %s::timestamptz[]) AS cut(id, until) WHERE span.id = cut.id
"""
ADD_SPANS = """
INSERT INTO stations_statusspan (station_id, number, status, error_code, since, until)
SELECT * FROM unnest(%s::int8[], %s::int4[], %s::varchar[], %s::varchar[], %s::timestamptz[], %s::timestamptz[])
"""

Key = tuple[int, int]


@dataclass
class Span:
    """A span being cut; one without a key is new."""

    id: int | None
    key: Key
    status: str
    error_code: str
    since: datetime
    until: datetime | None = None


def store(cursor: psycopg.Cursor[Any], statuses: Sequence[facts.Status]) -> None:
    """Note the connectors of a batch, each once, in key order, cut their spans, and tell what has changed."""
    by_connector: dict[Key, list[facts.Status]] = defaultdict(list)
    for status in sorted(statuses, key=lambda said: said.effective_at):  # stable: at the same time, the later word wins
        by_connector[status.station_id, status.number].append(status)
    newest = [by_connector[key][-1] for key in sorted(by_connector)]
    before = {(row[0], row[1]): (row[2], row[3]) for row in cursor.execute(BEFORE, columns(sorted(by_connector)))}
    taken = {(row[0], row[1]) for row in cursor.execute(STORE, columns(newest))}
    news.tell(cursor, newest, taken=taken, before=before)
    cursor.execute(OPEN_SPANS, columns(sorted(by_connector)))
    open_spans = {(row[1], row[2]): Span(row[0], (row[1], row[2]), *row[3:6]) for row in cursor}
    spans = [span for key, told in by_connector.items() for span in cut(open_spans.get(key), told)]
    if closed := [(span.id, span.until) for span in spans if span.id and span.until]:
        cursor.execute(CLOSE_SPANS, columns(closed))
    if added := [(*span.key, span.status, span.error_code, span.since, span.until) for span in spans if not span.id]:
        cursor.execute(ADD_SPANS, columns(added))


def cut(span: Span | None, told: Sequence[facts.Status]) -> list[Span]:
    """The spans that these statuses (oldest first) touch or open; one that is older than the open span cuts nothing."""
    spans = [span] if span else []
    for status in told:
        last = spans[-1] if spans else None
        if last and (status.effective_at < last.since or (status.status, status.error_code) == look(last)):
            continue
        if last:
            last.until = status.effective_at
        key = (status.station_id, status.number)
        spans.append(Span(None, key, status.status, status.error_code, status.effective_at))
    return spans


def look(span: Span) -> tuple[str, str]:
    """What a status must repeat to change nothing."""
    return span.status, span.error_code


def columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Rows as the parameters of unnest."""
    return [list(column) for column in zip(*rows, strict=True)]
