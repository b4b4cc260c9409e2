"""How long cars keep their connectors when they charge no more, by what the connectors said.

Only evidence counts, in the driver's favour: a status that means anything else, a station that has fallen silent and
the next charge on the connector each end a stay, and so does half a day.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import DateTimeField, ExpressionWrapper, OuterRef, Q, Subquery

from billing.models.tariffs import IdleFrom
from billing.pricing import PARKING_FEE, Terms
from charging.models import Session
from drivepower.core.compiled import Compiled, Given, Keys
from stations.models import ConnectionSpan, StatusSpan
from stations.models.state import FINISHING, FREE, IDLE

# A car that has charged is not believed to stand there for longer.
LONGEST = timedelta(hours=12)
# A station that was away for longer may have missed that the car left.
SILENT = timedelta(minutes=15)
# So soon after the Stop stations say that the cable is still in.
SAYS_WITHIN = timedelta(minutes=1)

Change = tuple[datetime, str]
Sockets = Sequence[tuple[datetime, datetime | None]]

SPANS = Compiled(
    lambda: StatusSpan.objects.filter(
        station__in=Keys("stations"), since__gt=Given("since"), since__lte=Given("until")
    ).order_by("since", "id")
)


class Stay(NamedTuple):
    """When charging ended, and until when the connector was kept after that; None: it was not."""

    charging_ended_at: datetime
    left_at: datetime | None


def changes_of(sessions: Sequence[Session], *, at: datetime) -> dict[int, list[Change]]:
    """The status changes of each session's connector since it began, in order of time; one query for all of them."""
    began = {session.pk: session.started_at for session in sessions if session.started_at}
    if not began:
        return {}
    until = max((session.stopped_at + LONGEST if session.stopped_at else at) for session in sessions)
    stations = list({session.station_id for session in sessions})
    by_connector: dict[tuple[int, int], list[Change]] = {}
    for span in SPANS.all(stations=stations, since=min(began.values()), until=until):
        by_connector.setdefault((span.station_id, span.number), []).append((span.since, span.status))
    return {session.pk: by_connector.get((session.station_id, session.connector.number), []) for session in sessions}


def stay(
    changes: Sequence[Change], *, started_at: datetime, ended_at: datetime, idle_from: str, kept_until: datetime
) -> Stay:
    """The stay that these changes tell of a charge that ended, or runs, until `ended_at`.

    It lasts until `kept_until` at most, and no less where nothing was said of its end. `idle_from` says whether a car
    that takes nothing more ends charging, or only the end of charging itself does (Finishing, or the Stop).
    """
    before = [change for change in changes if started_at < change[0] < ended_at]
    left_at = left(changes, started_at=started_at, ended_at=ended_at)
    if left_at is None or left_at > ended_at:
        left_at = max(ended_at, min(left_at or kept_until, kept_until))
    if before and before[-1][1] == FREE:
        before.pop()
    idle = IDLE if idle_from == IdleFrom.SUSPENDED else (FINISHING,)
    since = ended_at
    for moment, status in reversed(before):
        if status not in idle:
            break
        since = moment
    return Stay(since, left_at if left_at > since else None)


def left(changes: Sequence[Change], *, started_at: datetime, ended_at: datetime) -> datetime | None:
    """When the connector was not kept any more, at its end at the latest where nothing says that it was kept.

    None: by all that was said the car stands there still.
    """
    last: Change | None = None
    for moment, status in changes:
        if moment < ended_at:
            if moment > started_at:
                last = moment, status
        elif status not in IDLE:
            return moment if last and last[1] in IDLE else _left_before(last, ended_at)
        elif (last and last[1] in IDLE) or moment <= ended_at + SAYS_WITHIN:
            last = moment, status
        else:
            break
    return None if last and last[1] in IDLE else _left_before(last, ended_at)


def _left_before(last: Change | None, ended_at: datetime) -> datetime:
    """A connector that was free just before its Stop was left then: the status overtook the Stop."""
    return last[0] if last and last[1] == FREE else ended_at


def stays_of(
    sessions: Sequence[Session], *, changes: Mapping[int, list[Change]], terms: Mapping[int, Terms], at: datetime
) -> dict[int, Stay]:
    """The stay of each of these sessions, by its terms.

    What bounds a stay is asked only of ended sessions that were kept after their Stop at a price: two queries for all.
    """
    kept_on = [
        session
        for session in sessions
        if session.started_at
        and session.stopped_at
        and prices_idling(terms[session.pk])
        and _is_kept_on(changes.get(session.pk, []), session.started_at, session.stopped_at)
    ]
    kept = kept_until(kept_on, at=at) if kept_on else {}
    found = {}
    for session in sessions:
        started_at = session.started_at or at
        ended_at = max(started_at, session.stopped_at or at)
        found[session.pk] = stay(
            changes.get(session.pk, []),
            started_at=started_at,
            ended_at=ended_at,
            idle_from=terms[session.pk].idle_from,
            kept_until=kept.get(session.pk, ended_at),
        )
    return found


def _is_kept_on(changes: Sequence[Change], started_at: datetime, ended_at: datetime) -> bool:
    gone = left(changes, started_at=started_at, ended_at=ended_at)
    return gone is None or gone > ended_at


def prices_idling(terms: Terms) -> bool:
    """Whether keeping a connector costs anything."""
    return any(rule.price > 0 for rule in terms.rules if rule.dimension == PARKING_FEE)


def kept_until(sessions: Sequence[Session], *, at: datetime) -> dict[int, datetime]:
    """Until when the connector of each of these ended sessions can have been kept, as far as anybody knows by now."""
    next_starts = _next_starts([session.pk for session in sessions])
    sockets = _sockets(sessions)
    found = {}
    for session in sessions:
        if session.stopped_at is not None:
            until = min(at, session.stopped_at + LONGEST, next_starts.get(session.pk) or at)
            found[session.pk] = heard(sockets.get(session.station_id, []), since=session.stopped_at, until=until)
    return found


def heard(sockets: Sockets, *, since: datetime, until: datetime) -> datetime:
    """Until when a station with these sockets (from, until), in order, would have told of a change."""
    known = since
    for begins, ends in sockets:
        if begins - known > SILENT:
            break
        known = max(known, ends or until)
    return until if until - known <= SILENT else known


def _next_starts(keys: Collection[int]) -> dict[int, datetime | None]:
    """When the next charge began on the connector of each session, within the longest stay."""
    latest = ExpressionWrapper(OuterRef("stopped_at") + LONGEST, output_field=DateTimeField())
    following = Session.objects.filter(
        connector=OuterRef("connector"), started_at__gt=OuterRef("started_at"), started_at__lte=latest
    ).order_by("started_at")
    rows = Session.objects.filter(pk__in=keys).annotate(next_at=Subquery(following.values("started_at")[:1])).order_by()
    return dict(rows.values_list("pk", "next_at"))


def _sockets(sessions: Sequence[Session]) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """The sockets of these sessions' stations since the first of them stopped, each (from, until), in order."""
    stops = [session.stopped_at for session in sessions if session.stopped_at]
    spans = ConnectionSpan.objects.filter(
        Q(until=None) | Q(until__gt=min(stops)),
        station__in={session.station_id for session in sessions},
        since__lte=max(stops) + LONGEST,
    )
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for station, begins, ends in spans.order_by("since").values_list("station", "since", "until"):
        found.setdefault(station, []).append((begins, ends))
    return found
