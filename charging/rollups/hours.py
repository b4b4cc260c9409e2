"""The hours of connectors, made anew from the registers of their charges."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.db import connection

from charging import consumption, readings
from charging.models import HourlyEnergy, Session
from charging.rollups.days import Mark
from charging.stays import Stay

HOUR = timedelta(hours=1)

FORGET = """
DELETE FROM charging_hourlyenergy AS energy
USING unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS part (connector, since, until)
WHERE energy.connector_id = part.connector AND energy.hour >= part.since AND energy.hour < part.until
"""
TOUCHED = """
SELECT DISTINCT session.id
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS part (connector, since, until)
JOIN charging_session AS session ON session.connector_id = part.connector
    AND session.stopped_at >= part.since AND session.started_at < part.until
    AND session.state IN ('ended', 'settled', 'waived')
LEFT JOIN accounts_idtag AS tag ON tag.id = session.id_tag_id
WHERE tag.kind IS DISTINCT FROM 'service'
"""


def roll_hours(marks: Sequence[Mark]) -> int:
    """Make the hours that these marks touch anew; answers how many rows there are of them now."""
    parts = list(merged(marks))
    columns = [list(column) for column in zip(*parts, strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(FORGET, columns)
        cursor.execute(TOUCHED, columns)
        keys = [key for (key,) in cursor.fetchall()]
    wanted: dict[int, list[Mark]] = defaultdict(list)
    for part in parts:
        wanted[part.connector or 0].append(part)
    found: Counter[tuple[int, datetime]] = Counter()
    for connector, hour, energy_wh in energies(list(Session.objects.filter(pk__in=keys))):
        if any(part.since <= hour < part.until for part in wanted[connector]):
            found[connector, hour] += energy_wh
    rows = [HourlyEnergy(connector_id=key, hour=hour, energy_wh=energy) for (key, hour), energy in found.items()]
    return len(HourlyEnergy.objects.bulk_create((row for row in rows if row.energy_wh), batch_size=1000))


def merged(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Whole hours of connectors, those that overlap as one."""
    per_connector: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for connector, since, until in marks:
        if connector is not None:
            per_connector[connector].append((hour_of(since), hour_of(until) + HOUR))
    for key, spans in per_connector.items():
        begins, ends = min(spans)
        for since, until in sorted(spans):
            if since > ends:
                yield Mark(key, begins, ends)
                begins, ends = since, until
            ends = max(ends, until)
        yield Mark(key, begins, ends)


def hour_of(moment: datetime) -> datetime:
    """The hour that a moment lies in, in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def energies(sessions: Sequence[Session]) -> Iterator[tuple[int, datetime, int]]:
    """What each charge delivered in each hour, with its connector; the parts of a charge are all of its energy."""
    registers = readings.registers_of(sessions)
    for session in sessions:
        began, energy_wh = session.started_at, session.billed_energy_wh or 0
        if began is None or session.stopped_at is None:
            continue
        stay = Stay(session.stopped_at, None)
        known = registers.get(session.pk, [])
        used = consumption.build(session, energy_wh=energy_wh, registers=known, stay=stay, at=session.stopped_at)
        for hour, part in by_hour(used.curve):
            yield session.connector_id, hour, part


def by_hour(curve: Sequence[tuple[datetime, int]]) -> Iterator[tuple[datetime, int]]:
    """A curve's energy hour by hour: evenly between two readings, and in whole Wh that add up to its last one."""
    (begins, _), (ends, whole) = curve[0], curve[-1]
    told, hour = 0, hour_of(begins)
    while hour + HOUR < ends:
        reached = energy_at(curve, hour + HOUR)
        yield hour, reached - told
        told, hour = reached, hour + HOUR
    yield hour, whole - told


def energy_at(curve: Sequence[tuple[datetime, int]], moment: datetime) -> int:
    """How much it was at a moment between its ends."""
    for (since, before), (until, after) in pairwise(curve):
        if since <= moment < until:
            return before + int((after - before) * ((moment - since) / (until - since)))
    return curve[-1][1]
