"""How sessions stand: by their newest readings, and by the running cost that the limits thread hands in."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from ocpp_consumer.journal import facts

# A reading that is older than the newest one says nothing about how the session stands now.
IS_NEWEST = "excluded.last_reading_at >= coalesce(meter.last_reading_at, '-infinity')"
STORE = f"""
INSERT INTO charging_sessionmeter AS meter
    (session_id, energy_wh, power_w, soc, last_reading_at, running_cost, cost_at)
SELECT * FROM unnest(%s::int4[], %s::int8[], %s::int4[], %s::numeric[], %s::timestamptz[], %s::numeric[],
                     %s::timestamptz[])
ON CONFLICT (session_id) DO UPDATE SET
    energy_wh = coalesce(CASE WHEN {IS_NEWEST} THEN excluded.energy_wh END, meter.energy_wh),
    power_w = coalesce(CASE WHEN {IS_NEWEST} THEN excluded.power_w END, meter.power_w),
    soc = coalesce(CASE WHEN {IS_NEWEST} THEN excluded.soc END, meter.soc),
    last_reading_at = greatest(meter.last_reading_at, excluded.last_reading_at),
    running_cost = coalesce(excluded.running_cost, meter.running_cost),
    cost_at = coalesce(excluded.cost_at, meter.cost_at)
"""  # noqa: S608  # our names


def store(cursor: psycopg.Cursor[Any], meters: Sequence[facts.Meter]) -> None:
    """Note the sessions of a batch, each once, in key order."""
    by_session: dict[int, facts.Meter] = {}
    for fact in meters:
        before = by_session.get(fact.session_id)
        by_session[fact.session_id] = merge(before, fact) if before else fact
    rows = [by_session[key] for key in sorted(by_session)]
    cursor.execute(STORE, [array(column) for column in zip(*rows, strict=True)])


def array(column: Iterable[int | Decimal | datetime | None]) -> str:
    """An array as PostgreSQL reads it; numbers and times need no quotes, and no adapter is asked about each."""
    values = ["NULL" if value is None else str(value) for value in column]
    return f"{{{','.join(values)}}}"


def merge(one: facts.Meter, other: facts.Meter) -> facts.Meter:
    """Two facts about one session as one: of each field what the newer reading says, else what the older did."""
    older, newer = (other, one) if is_newer(one, other) else (one, other)
    said: list[Any] = [new if new is not None else old for old, new in zip(older[1:], newer[1:], strict=True)]
    return facts.Meter(one.session_id, *said)


def is_newer(one: facts.Meter, other: facts.Meter) -> bool:
    """Whether the first was read after the second."""
    if one.last_reading_at is None or other.last_reading_at is None:
        return False
    return one.last_reading_at > other.last_reading_at
