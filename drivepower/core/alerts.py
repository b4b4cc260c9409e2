"""Opens and resolves alerts: one open row per kind and subject, however many processes see the same thing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from drivepower.core.models import Alert
from drivepower.core.texts import storable

OPEN_OR_COUNT = """
INSERT INTO core_alert AS alert (kind, subject, text, opened_at, last_at, count, acknowledged_by)
SELECT %(kind)s, said.subject, said.text, %(at)s, %(at)s, 1, ''
FROM unnest(%(subjects)s::text[], %(texts)s::text[]) AS said (subject, text) ORDER BY said.subject
ON CONFLICT (kind, subject) WHERE resolved_at IS NULL
DO UPDATE SET count = alert.count + 1, last_at = greatest(alert.last_at, excluded.last_at), text = excluded.text,
    acknowledged_at = CASE WHEN NOT %(anew)s THEN alert.acknowledged_at END,
    acknowledged_by = CASE WHEN NOT %(anew)s THEN alert.acknowledged_by ELSE '' END
"""


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
    values["anew"] = anew
    with connection.cursor() as cursor:
        cursor.execute(OPEN_OR_COUNT, values)


def resolve_alert(*, kind: str, subject: str, at: datetime) -> None:
    """Its cause has gone; nothing happens where none is open."""
    Alert.objects.open().filter(kind=kind, subject=subject).update(resolved_at=at)
