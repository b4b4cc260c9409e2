"""Readers of events: each goes on after the last one it has read, in the transaction in which it does what follows.

A cursor that is later than the transaction that wrote it comes from another cluster, by dump and restore: what was
not read there is read once, all of it, and then what has happened since the restore.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from drivepower.core.alerts import closed_by_people, open_alert, resolve_alert
from drivepower.core.models import Event, EventCursor
from drivepower.core.models.events import StoredBy
from drivepower.core.sentences import sentence

BEGUN_ANEW = closed_by_people("events_begun_anew")
NOT_READ = "events_not_read"
# A person is told of what has waited for longer.
PATIENCE = timedelta(minutes=5)
# Beyond every event of a transaction.
LAST = 2**63 - 1
IS_AHEAD = """
SELECT %s >= greatest(
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_current_xact_id_if_assigned()::text::bigint + 1)
"""

Position = tuple[int, int]


def read(reader: str, *, most: int, at: datetime) -> list[int]:
    """Keys of the next events in their order, the reader's place behind them; none where another process reads.

    Call it in the transaction that does what follows from them. `most` holds but for what is left from before a
    restore.
    """
    if not EventCursor.objects.filter(reader=reader).exists():  # an insert would wait for whoever is reading
        EventCursor.objects.bulk_create([EventCursor(reader=reader, moved_at=at)], ignore_conflicts=True)
    place = places().select_for_update(skip_locked=True, no_key=True).filter(reader=reader).first()
    if place is None:
        return []
    if is_from_before(place):
        return begin_anew(place, at=at)
    unread = Event.objects.settled().after(*position_of(place)).values_list("transaction", "id")
    found: list[Position] = list(unread[:most])
    if found:
        move(place, found[-1], at=at)
    return [key for _, key in found]


def places() -> "QuerySet[EventCursor]":
    """All readers, with the transaction that wrote where they are."""
    return EventCursor.objects.annotate(stored_by=StoredBy(table="core_eventcursor"))


def is_from_before(place: EventCursor) -> bool:
    """Whether it counts in numbers of another cluster."""
    return place.transaction > stored_by(place)


def stored_by(place: EventCursor) -> int:
    """The transaction that wrote it here; after a restore that of the restore, and what happened since is later."""
    return int(getattr(place, "stored_by"))  # noqa: B009  # an annotation


def position_of(place: EventCursor) -> Position:
    """After which event of this cluster it goes on."""
    return (stored_by(place), LAST) if is_from_before(place) else (place.transaction, place.event_id)


def begin_anew(place: EventCursor, *, at: datetime) -> list[int]:
    """Go on after the restore; answers what had not been read before it, and tells people."""
    left = list(Event.objects.strayed().after(place.transaction, place.event_id).values_list("id", flat=True))
    move(place, position_of(place), at=at)
    text = sentence(
        "The numbers of transactions began anew, as after a restore; %(count)s events from before were left.",
        count=len(left),
    )
    open_alert(kind=BEGUN_ANEW, subject=f"reader:{place.reader}", text=text, at=at, anew=True)
    return left


def move(place: EventCursor, to: Position, *, at: datetime) -> None:
    """It has read that event."""
    EventCursor.objects.filter(pk=place.pk).update(transaction=to[0], event_id=to[1], moved_at=at)


def oldest_unread(place: EventCursor) -> datetime | None:
    """When the first event happened that it has not read, settled or not."""
    rows = Event.objects.ours().after(*position_of(place)).order_by("transaction", "id")
    return rows.values_list("at", flat=True).first()


def watch_readers(*, at: datetime) -> int:
    """Tell people of readers that have left something unread for minutes; answers how many."""
    late = 0
    for place in places():
        oldest, subject = oldest_unread(place), f"reader:{place.reader}"
        if oldest is None or at - oldest <= PATIENCE:
            resolve_alert(kind=NOT_READ, subject=subject, at=at)
            continue
        late += 1
        text = sentence("What happened at %(moment)s was not read yet.", moment=oldest)
        open_alert(kind=NOT_READ, subject=subject, text=text, at=at)
    return late


def is_ahead(position: Position) -> bool:
    """Whether no event of this cluster can be there yet: it was told by another one, before a restore."""
    with connection.cursor() as cursor:
        cursor.execute(IS_AHEAD, [position[0]])
        said: bool = cursor.fetchone()[0]
    return said
