"""What happened last, as the outbox tells it."""

from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from drivepower.core.models import Alert, Event
from drivepower.portal.figures.scope import Scope

LINES_SHOWN = 40
ALERT = "alert:"
first = itemgetter(0)


@dataclass(frozen=True)
class Happening:
    """One event: what happened (`thing.what`) to whom, and at which station."""

    kind: str
    subject: str
    station: str
    at: datetime
    said: dict[str, object]
    words: dict[str, Any] = field(default_factory=dict)


def take_ticker(scope: Scope) -> tuple[Happening, ...]:
    """The newest events: in one query by their key, or a company's by the two indexes that know it."""
    columns = ("id", "kind", "subject", "station", "at", "payload")
    if scope.public_id is None:
        rows = list(Event.objects.order_by("-id").values_list(*columns)[:LINES_SHOWN])
    else:
        told = Event.objects.order_by("-transaction", "-id").values_list(*columns)
        theirs = [*told.filter(host=scope.public_id)[:LINES_SHOWN], *told.filter(company=scope.public_id)[:LINES_SHOWN]]
        rows = sorted({row[0]: row for row in theirs}.values(), reverse=True, key=first)[:LINES_SHOWN]
    words = words_of_alerts([row[2] for row in rows])
    return tuple(
        Happening(kind, subject, station, at, said, words.get(subject, {}))
        for _key, kind, subject, station, at, said in rows
    )


def words_of_alerts(subjects: list[str]) -> dict[str, dict[str, Any]]:
    """What the alerts among these subjects are made of, to be said in the reader's language."""
    keys = [subject.removeprefix(ALERT) for subject in subjects if subject.startswith(ALERT)]
    found = Alert.objects.filter(pk__in=[int(key) for key in keys if key.isdigit()]).values_list("pk", "words")
    return {f"{ALERT}{key}": words for key, words in found} if keys else {}
