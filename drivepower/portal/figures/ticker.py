"""What happened last, as the outbox tells it."""

from dataclasses import dataclass
from datetime import datetime

from drivepower.core.models import Event

LINES_SHOWN = 40


@dataclass(frozen=True)
class Happening:
    """One event: what happened (`thing.what`) to whom, and at which station."""

    kind: str
    subject: str
    station: str
    at: datetime
    said: dict[str, object]


def take_ticker() -> tuple[Happening, ...]:
    """The newest events, in one query by their key."""
    rows = Event.objects.order_by("-id").values_list("kind", "subject", "station", "at", "payload")
    return tuple(Happening(*row) for row in rows[:LINES_SHOWN])
