"""Finding frames among tens of millions: newest first, a page at a time, never counted, each step bounded.

A walk goes through time day by day. Where days have an index of their words it is asked; where they have none, so many
frames are looked at one by one and no more, and what was not looked at is told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, prefetch_related_objects

from ocpp_consumer.log import days, phrases
from ocpp_consumer.log.wanted import Sought
from ocpp_consumer.models import Frame

# So many frames are looked at one by one where no index helps; and where one does, in case the words are common ones.
LOOKED_AT, LOOKED_AT_FIRST = 20_000, 2_000
DAWN, DUSK = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
# The database takes a word that it has not heard for one in a hundred, and would rather read a whole day in its order.
BY_WORDS = {
    "cpu_operator_cost": "10",
    "enable_indexscan": "off",
    "enable_seqscan": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}


class Position(NamedTuple):
    """A place in the order of frames."""

    at: datetime
    key: int


class Span(NamedTuple):
    """A time from the one (included) to the other."""

    since: datetime
    until: datetime


class Run(NamedTuple):
    """Days one after the other that all have an index, or all have none."""

    span: Span
    is_indexed: bool


@dataclass(slots=True)
class Found:
    """A page in the order of the walk; `further` is where more may come from, `unseen` was passed over at `edge`."""

    frames: list[Frame] = field(default_factory=list)
    further: Position | None = None
    unseen: Span | None = None
    edge: Position | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """Which way, from where, and how many are wanted; a strict one stops where it would have to pass over some."""

    most: int
    start: Position | None = None
    is_onward: bool = False
    is_strict: bool = False

    @property
    def order(self) -> tuple[str, str]:
        """As rows are ordered."""
        return ("received_at", "id") if self.is_onward else ("-received_at", "-id")

    def beyond(self, position: Position | None) -> Q:
        """What comes after a place on this way."""
        return Q() if position is None else side_of(position, "gte" if self.is_onward else "lte", itself=False)

    def up_to(self, position: Position | None) -> Q:
        """What comes before a place on this way, itself included."""
        return Q() if position is None else side_of(position, "lte" if self.is_onward else "gte", itself=True)


def side_of(position: Position, side: str, *, itself: bool) -> Q:
    """One side of a place, in the form that an index of times takes."""
    away = {"gte": "lt", "lte": "gt"}[side] if itself else {"gte": "lte", "lte": "gte"}[side]
    beside: dict[str, Any] = {"received_at": position.at, f"id__{away}": position.key}
    return Q(**{f"received_at__{side}": position.at}) & ~Q(**beside)


def find(sought: Sought, walk: Walk) -> Found:
    """The next page of a walk; frames without what they point to."""
    found = Found()
    if not (sought.has_words or sought.kinds):
        rows = beyond(sought, walk, Span(sought.since or DAWN, sought.until or DUSK))
        take(found, rows, walk)
        return found
    for run in ways(sought, walk):
        if run.is_indexed and sought.has_words:
            by_index(sought, walk, run.span, found)
        else:
            one_by_one(sought, walk, run.span, found)
        if found.further is not None:
            break
    return found


def by_index(sought: Sought, walk: Walk, span: Span, found: Found) -> None:
    """Days with an index: the first frames one by one, where common words fill a page, the rest by their words."""
    rows = beyond(sought, walk, span)
    edge = edge_of(rows, walk, LOOKED_AT_FIRST)
    take(found, rows.filter(walk.up_to(edge), *spelled(sought)), walk)
    if found.further is not None or edge is None:
        return
    words = phrases.indexed(sought.phrases, action=sought.action, only_errors=sought.only_errors)
    exact = [condition for one in sought.phrases if len(one.words) > 1 for condition in phrases.spelled(one)]
    rest = rows.filter(walk.beyond(edge), words, sought.kinds, *exact)
    with by_words():
        for piece in pieces(span, walk, edge):
            take(
                found,
                rest.filter(received_at__gte=piece.since, received_at__lt=piece.until),
                walk,
                is_sorted_after=True,
            )
            if found.further is not None:
                break


def pieces(span: Span, walk: Walk, start: Position) -> Iterator[Span]:
    """The rest of a time: a day, the next two, the next four and so on, so that few matches are read beyond a page."""
    since, until = span
    count = 1
    if walk.is_onward:
        since = max(since, start.at)
        while since < until:
            edge = min(until, midnight_of(since) + count * days.A_DAY)
            yield Span(since, edge)
            since, count = edge, count * 2
        return
    until = min(until, start.at + INSTANT)
    while since < until:
        edge = max(since, midnight_of(until - INSTANT) - (count - 1) * days.A_DAY)
        yield Span(edge, until)
        until, count = edge, count * 2


def midnight_of(at: datetime) -> datetime:
    """When its day began, in UTC."""
    return days.midnight(at.astimezone(UTC).date())


def one_by_one(sought: Sought, walk: Walk, span: Span, found: Found) -> None:
    """Days without one: so many frames are looked at; the walk goes on behind the day once, and stops at the next."""
    rows = beyond(sought, walk, span)
    edge = edge_of(rows, walk, LOOKED_AT)
    take(found, rows.filter(walk.up_to(edge), *spelled(sought)), walk)
    if found.further is not None or edge is None:
        return
    if walk.is_strict or found.unseen is not None:
        found.further = edge
    else:
        found.unseen = Span(edge.at, span.until) if walk.is_onward else Span(span.since, edge.at)
        found.edge = edge


def take(found: Found, rows: "QuerySet[Frame]", walk: Walk, *, is_sorted_after: bool = False) -> None:
    """Add what still fits on the page; one more tells that there is more.

    Where few rows are expected they are sorted after they are found: no index is read for the sake of its order.
    """
    room = walk.most - len(found.frames)
    order: list[Any] = list(walk.order)
    if is_sorted_after:
        at = ExpressionWrapper(F("received_at") + timedelta(0), output_field=DateTimeField())
        order[0] = at.asc() if walk.is_onward else at.desc()
    taken = list(rows.order_by(*order)[: room + 1])
    found.frames += taken[:room]
    if len(taken) > room:
        found.further = position_of(found.frames[-1])


def beyond(sought: Sought, walk: Walk, span: Span) -> "QuerySet[Frame]":
    """The rows of a time that the walk has before it, by their station, session and time alone."""
    rows = sought.rows.filter(received_at__gte=span.since, received_at__lt=span.until)
    return rows.filter(walk.beyond(walk.start))


def edge_of(rows: "QuerySet[Frame]", walk: Walk, count: int) -> Position | None:
    """The place of the last one of so many; None where there are fewer."""
    places = rows.order_by(*walk.order).values_list("received_at", "id")[count - 1 : count]
    return next((Position(*place) for place in places), None)


def spelled(sought: Sought) -> list[Any]:
    """What every frame is asked that is looked at by itself."""
    return [sought.kinds, *(condition for one in sought.phrases for condition in phrases.spelled(one))]


@contextmanager
def by_words() -> Iterator[None]:
    """Have the index of words asked, whatever is thought of how rare they are: to read a text is what costs."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {name} = {value}" for name, value in BY_WORDS.items()))
        yield
        cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in BY_WORDS))


def position_of(frame: Frame) -> Position:
    """Where it is in the order of frames."""
    return Position(frame.received_at, frame.pk)


def ways(sought: Sought, walk: Walk) -> list[Run]:
    """The time that is asked for in runs of days, in the order of the walk."""
    since, until = sought.since or DAWN, sought.until or DUSK
    if walk.start is not None and walk.is_onward:
        since = max(since, walk.start.at)
    elif walk.start is not None:
        until = min(until, walk.start.at + INSTANT)
    cut = [
        Run(Span(max(span.since, since), min(span.until, until)), is_indexed)
        for span, is_indexed in runs()
        if span.since < until and span.until > since
    ]
    return cut if walk.is_onward else cut[::-1]


def runs() -> Iterator[Run]:
    """All of time, the oldest first: days that have an index, and what is between them."""
    begun = DAWN
    for span in indexed_spans():
        if begun < span.since:
            yield Run(Span(begun, span.since), is_indexed=False)
        yield Run(span, is_indexed=True)
        begun = span.until
    yield Run(Span(begun, DUSK), is_indexed=False)


def indexed_spans() -> list[Span]:
    """Days with an index, those that adjoin as one."""
    spans: list[Span] = []
    for day in days.every():
        if not day.is_indexed:
            continue
        if spans and spans[-1].until == day.start:
            spans[-1] = Span(spans[-1].since, day.end)
        else:
            spans.append(Span(day.start, day.end))
    return spans


def with_stations(frames: list[Frame]) -> list[Frame]:
    """The same frames, their stations fetched at once."""
    prefetch_related_objects(frames, "station")
    return frames
