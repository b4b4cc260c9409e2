"""Opens and resolves alerts: one open row per kind and subject, however many processes see the same thing.

Each that opens, is looked after or goes is an event, written by the same statement.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from drivepower.core import doorbell
from drivepower.core.models import Alert
from drivepower.core.texts import storable

# What an alert says to whoever is told of it: the same of each kind of event.
TELL = """
INSERT INTO core_event (public_id, kind, subject, station, location, is_public, payload, at)
SELECT gen_random_uuid(), %(event)s::text, 'alert:' || alert.id,
    CASE WHEN alert.subject LIKE 'station:%%' THEN substr(alert.subject, 9, 50) ELSE '' END, '', false,
    jsonb_build_object(
        'alert_id', alert.id, 'kind', alert.kind, 'subject', alert.subject, 'text', alert.text, 'count', alert.count,
        'opened_at', alert.opened_at, 'acknowledged_by', nullif(alert.acknowledged_by, ''),
        'resolved_at', alert.resolved_at
    ), %(at)s
FROM alert
"""
OPEN_OR_COUNT = f"""
WITH alert AS (
    INSERT INTO core_alert AS alert (kind, subject, text, opened_at, last_at, count, acknowledged_by)
    SELECT %(kind)s, said.subject, said.text, %(at)s, %(at)s, 1, ''
    FROM unnest(%(subjects)s::text[], %(texts)s::text[]) AS said (subject, text) ORDER BY said.subject
    ON CONFLICT (kind, subject) WHERE resolved_at IS NULL
    DO UPDATE SET count = alert.count + 1, last_at = greatest(alert.last_at, excluded.last_at), text = excluded.text,
        acknowledged_at = CASE WHEN NOT %(anew)s THEN alert.acknowledged_at END,
        acknowledged_by = CASE WHEN NOT %(anew)s THEN alert.acknowledged_by ELSE '' END
    RETURNING *
) {TELL} WHERE alert.count = 1 OR %(anew)s
"""  # noqa: S608  # our own words
RESOLVE = f"""
WITH alert AS (
    UPDATE core_alert SET resolved_at = %(at)s WHERE id = ANY(%(ids)s) AND resolved_at IS NULL RETURNING *
) {TELL}
"""  # noqa: S608
ACKNOWLEDGE = f"""
WITH alert AS (
    UPDATE core_alert SET acknowledged_at = %(at)s, acknowledged_by = %(by)s
    WHERE id = ANY(%(ids)s) AND acknowledged_at IS NULL RETURNING *
) {TELL}
"""  # noqa: S608


# Kinds whose cause the house cannot see going: a person says so.
_closed_by_people: set[str] = set()


def closed_by_people(kind: str) -> str:
    """The name of a kind of alerts that a person closes."""
    _closed_by_people.add(kind)
    return kind


def kinds_for_people() -> list[str]:
    """All kinds that a person closes."""
    return sorted(_closed_by_people)


def open_alert(*, kind: str, subject: str, text: str, at: datetime, anew: bool = False) -> None:
    """Open an alert, or count once more on the one that is open; the newest text stays.

    `anew`: it has happened once more, so whoever acknowledged it has not seen this.
    """
    open_alerts(kind=kind, texts={subject: text}, at=at, anew=anew)


def open_alerts(*, kind: str, texts: Mapping[str, str], at: datetime, anew: bool = False) -> None:
    """The same for many subjects, each with its text, at once."""
    said = {storable(subject)[:80]: storable(text)[:500] for subject, text in texts.items()}
    values: dict[str, Any] = {"kind": kind, "subjects": list(said), "texts": list(said.values()), "at": at}
    told(OPEN_OR_COUNT, values | {"anew": anew, "event": "alert.opened"})


def resolve_alert(*, kind: str, subject: str, at: datetime) -> None:
    """Its cause has gone; nothing happens where none is open."""
    resolve(Alert.objects.filter(kind=kind, subject=subject), at=at)


def resolve(alerts: QuerySet[Alert], *, at: datetime) -> int:
    """The causes of those that are open have gone; answers how many."""
    found = list(alerts.filter(resolved_at=None).order_by("pk").values_list("pk", flat=True))
    return told(RESOLVE, {"ids": found, "at": at, "event": "alert.resolved"}) if found else 0


def acknowledge(alerts: QuerySet[Alert], *, by: str, at: datetime) -> int:
    """That person looks after those that nobody does yet; the others stay whose they are. Answers how many."""
    found = list(alerts.filter(acknowledged_at=None).order_by("pk").values_list("pk", flat=True))
    return told(ACKNOWLEDGE, {"ids": found, "by": by, "at": at, "event": "alert.acknowledged"}) if found else 0


def told(statement: str, values: Mapping[str, Any]) -> int:
    """Change alerts and tell whoever reads events; answers how many were told."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        count: int = cursor.rowcount
    if count:
        doorbell.tell_readers()
    return count
