"""Tells how connectors are now, where that is different from before."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import psycopg

from ocpp_consumer.journal import facts
from stations import news

Key = tuple[int, int]
Look = tuple[str, str]

TELL = f"""
INSERT INTO core_event (public_id, kind, subject, {news.SEEN_COLUMNS}, payload, at)
SELECT gen_random_uuid(), 'connector.status', 'connector:' || station.code || '/' || said.number, {news.SEEN},
       jsonb_build_object('station_id', station.code, 'number', said.number, 'status', said.status,
                          'error', nullif(nullif(said.error, 'NoError'), ''), 'since', said.since),
       said.at
FROM unnest(%s::int8[], %s::int4[], %s::varchar[], %s::varchar[], %s::timestamptz[], %s::timestamptz[])
     AS said (station_id, number, status, error, since, at)
JOIN stations_station AS station ON station.id = said.station_id {news.PLACES}
ORDER BY said.station_id, said.number
"""  # noqa: S608  # our names


def tell(
    cursor: psycopg.Cursor[Any],
    newest: Sequence[facts.Status],
    *,
    taken: Collection[Key],
    before: Mapping[Key, Look],
) -> None:
    """One event for each of these statuses that was taken and says something else than before; `at` is its receipt.

    By the station's own clock it may be long ago, and what is old is forgotten before it is told.
    """
    told = [
        (said.station_id, said.number, said.status, said.error_code, said.effective_at, said.received_at)
        for said in newest
        if (key := (said.station_id, said.number)) in taken and before.get(key) != (said.status, said.error_code)
    ]
    if told:
        cursor.execute(TELL, [list(column) for column in zip(*told, strict=True)])
