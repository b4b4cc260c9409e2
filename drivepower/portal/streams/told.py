"""Events as streams tell them: where each stands in the order, who may hear it, and its one text for everybody."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from rest_framework.utils.encoders import JSONEncoder

from drivepower.core.models import Event
from drivepower.core.models.events import EventQuerySet
from drivepower.portal.streams.line import MOST_WAITING, size_of

# The number of the transaction that told it, and its own.
Position = tuple[int, int]

COLUMNS = (
    *("transaction", "id", "kind", "station", "location", "driver", "company", "host", "is_public"),
    *("subject", "payload", "at"),
)
# Who was away for longer, or has missed more, begins anew.
LONGEST_ABSENCE, MOST_MISSED = timedelta(hours=1), 500
# What was missed fits into half of what may wait for a reader.
MOST_MISSED_BYTES = MOST_WAITING // 2


@dataclass(frozen=True, slots=True)
class Told:
    """One event."""

    position: Position
    kind: str
    station: str
    location: str
    driver: UUID | None
    company: UUID | None
    host: UUID | None
    is_public: bool
    text: str


@dataclass(frozen=True, slots=True)
class Kinds:
    """Some kinds of events, by their names or by what these begin with."""

    names: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ("",)

    def take(self, kind: str) -> bool:
        """Whether it is one of them."""
        return kind in self.names or kind.startswith(self.beginnings)

    def condition(self) -> Q:
        """The same for the table."""
        if "" in self.beginnings:
            return Q()
        wanted = Q(kind__in=self.names)
        for beginning in self.beginnings:
            wanted |= Q(kind__startswith=beginning)
        return wanted


EVERY_KIND = Kinds()


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may hear what: events with all the values of one of these sets, of kinds that are allowed and wanted."""

    any_of: tuple[Mapping[str, Any], ...]
    allowed: Kinds = EVERY_KIND
    wanted: Kinds = EVERY_KIND

    def takes(self, told: Told) -> bool:
        """Whether this event is for them."""
        if not any(all(getattr(told, name) == value for name, value in one.items()) for one in self.any_of):
            return False
        return self.allowed.take(told.kind) and self.wanted.take(told.kind)

    def condition(self) -> Q:
        """The same for the table."""
        anyone = Q()
        for one in self.any_of:
            anyone |= Q(**one)
        return anyone & self.allowed.condition() & self.wanted.condition()


def write_position(position: Position) -> str:
    """As clients keep it."""
    return f"{position[0]}-{position[1]}"


def read_position(text: object) -> Position | None:
    """What a client has kept; None for what we never wrote."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    transaction, _, key = text.partition("-")
    if not (transaction.isascii() and transaction.isdigit() and key.isascii() and key.isdigit()):
        return None
    position = int(transaction), int(key)
    return position if max(position) < 2**63 else None


def newest() -> Position:
    """Where the order ends now."""
    found: Position | None = Event.objects.settled().reverse().values_list("transaction", "id").first()
    return found or (0, 0)


def read_after(position: Position, *, most: int) -> list[Told]:
    """What is told next."""
    return tell(Event.objects.settled().after(*position), most=most)


def read_missed(audience: Audience, *, after: Position, until: Position, at: datetime) -> list[Told] | None:
    """What they missed between two positions; None where it is forgotten, too long ago, or too much."""
    transaction, key = after
    known = Event.objects.settled().filter(transaction=transaction, id=key, at__gt=at - LONGEST_ABSENCE)
    if not known.exists():  # or it was told before a restore
        return None
    behind = Q(transaction__lt=until[0]) | Q(transaction=until[0], id__lte=until[1])
    missed = Event.objects.settled().after(*after).filter(audience.condition(), behind)
    found = tell(missed, most=MOST_MISSED + 1)
    fits = len(found) <= MOST_MISSED and sum(size_of(one.text) for one in found) <= MOST_MISSED_BYTES
    return found if fits else None


def tell(events: EventQuerySet, *, most: int) -> list[Told]:
    """The first of them, each with its text."""
    rows: Iterable[tuple[Any, ...]] = events.values_list(*COLUMNS)[:most]
    return [read_row(row) for row in rows]


def read_row(row: tuple[Any, ...]) -> Told:
    """One row of COLUMNS."""
    transaction, key, kind, station, location, driver, company, host, is_public, *_ = row
    return Told((transaction, key), kind, station, location, driver, company, host, is_public, text_of(row))


def text_of(row: tuple[Any, ...]) -> str:
    """What is sent; who pays and who hosts stays here."""
    transaction, key, kind, station, location, *_, subject, payload, at = row
    return write(
        {
            "type": "event",
            "id": write_position((transaction, key)),
            "kind": kind,
            "at": at,
            "subject": subject,
            "station_id": station or None,
            "location_id": location or None,
            "payload": payload,
        }
    )


def write_snapshot(position: Position, **stands: Any) -> str:
    """How things stand at that place in the order."""
    return write({"type": "snapshot", "id": write_position(position), **stands})


def write(message: Mapping[str, Any]) -> str:
    """A message as JSON, its times as the API writes them."""
    return json.dumps(message, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"))
