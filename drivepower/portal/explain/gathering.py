"""Everything that is known of a session or a station's time, read once: a constant number of queries."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q

from billing.pricing import Terms
from charging import settlement, stays
from charging.models import Session
from charging.stays import Stay
from drivepower.portal.explain.facts import Around, Story, Turn, Watch
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.scope import Scope
from drivepower.portal.explain.shapes import CHARGE, COMMAND, CONNECTION, FRAME, STATUS
from drivepower.portal.explain.sources import (
    beside,
    frames,
    hardware,
    house,
    makers,
    meter,
    money,
    neighbours,
    payments,
    people,
    trail,
)
from drivepower.portal.explain.sources.bounded import bounded
from ocpp_consumer.models import Frame
from stations.models import Command, ConnectionSpan, StatusSpan

# Of so many sessions of a station's time one reads when they were, and of so many of them all.
MOST_SESSIONS, MOST_STORIES = 100, 20
# More tables in one query take longer to be planned than to be read.
JOINED, APART = ("connector", "driver", "id_tag", "meter"), ("company", "receipt", "price_terms")
# The right without which nothing is known of what a rule may miss.
SEEN_BY: dict[str, tuple[Any, str]] = {
    FRAME: (Frame.objects, "ocpp_consumer.view_frame"),
    COMMAND: (Command.objects, "stations.view_command"),
    STATUS: (StatusSpan.objects, "stations.view_statusspan"),
    CONNECTION: (ConnectionSpan.objects, "stations.view_connectionspan"),
}


def around(scope: Scope, reader: Reader, left: set[str], *, paid: Sequence[str] = ()) -> Around:
    """What hardware did and was asked; with the alerts about what a session was paid with."""
    cut: set[str] = set()
    found = known_around(scope, reader, cut, paid)
    left |= cut
    return replace(found, cut=frozenset(cut))


def known_around(scope: Scope, reader: Reader, left: set[str], paid: Sequence[str]) -> Around:
    """The same, with what the reader may not see of it."""
    heard = frames.read(scope, reader, left)
    return Around(
        frames=heard,
        makers=makers.read(heard, scope.station),
        tells_codes=reader.may("stations.add_makerscode") and not reader.is_of_company,
        commands=hardware.commands(scope, reader, left),
        statuses=hardware.statuses(scope, reader, left),
        sockets=hardware.connections(scope, reader, left),
        alerts=hardware.alerts(scope, reader, left, paid=paid),
        reports=hardware.reports(scope, reader, left),
        changes=trail.read(scope, reader, left),
        hidden=frozenset(kind for kind, (rows, right) in SEEN_BY.items() if reader.rows(rows.none(), right) is None),
    )


def story(scope: Scope, session: Session, reader: Reader, left: set[str]) -> Story:
    """A session with everything around it that the reader may see."""
    terms = settlement.readable_terms_of(session)
    stay = None
    if terms is not None and session.started_at is not None:
        changes = stays.changes_of([session], at=reader.at)
        stay = stays.stays_of([session], changes=changes, terms={session.pk: terms}, at=reader.at)[session.pk]
    moved = money.read(scope, reader, left)
    return Story(
        session=session,
        at=reader.at,
        terms=terms,
        stay=stay,
        around=around(scope, reader, left, paid=money.subjects(moved)),
        house=house.read(scope, reader, left),
        money=moved,
        turns=turns([session], reader).get(session.pk, []),
        drawn_w=meter.drawn_w(session),
        read_at=meter.read_at(session),
        events=people.events([session], left).get(session.pk, []),
        decisions=people.decisions([session], reader, left).get(session.pk, []),
        told=people.notifications([session], {session.pk: moved}, reader, left).get(session.pk, []),
        start_wait_s=people.start_wait_s(session, reader),
        own_time=neighbours.own_time(scope, session),
    )


def watch(scope: Scope, reader: Reader, left: set[str]) -> Watch:
    """A station's time."""
    found, known = sessions(scope, reader, left), around(scope, reader, left)
    if len(found) > MOST_STORIES:
        left.add(CHARGE)
    return Watch(
        station=scope.station,
        since=scope.since,
        until=scope.until,
        at=reader.at,
        sessions=found,
        stories=stories(found[:MOST_STORIES], scope, known, reader, left),
        around=known,
        house=house.read(scope, reader, left),
    )


def stories(found: Sequence[Session], scope: Scope, known: Around, reader: Reader, left: set[str]) -> list[Story]:
    """What happened to each of these sessions of a station's time, in as many queries as for one of them."""
    terms = {one.pk: read for one in found if (read := settlement.readable_terms_of(one)) is not None}
    moved, stood = payments.read(found, scope, reader, left), stood_of(found, terms, reader)
    readings = turns(found, reader)
    events, decisions = people.events(found, left), people.decisions(found, reader, left)
    told = people.notifications(found, moved, reader, left)
    alerts, changes = beside.alerts(found, moved, reader, left), beside.changes(found, scope, reader, left)
    return [
        Story(
            session=one,
            at=reader.at,
            terms=terms.get(one.pk),
            stay=stood.get(one.pk),
            around=replace(known, alerts=alerts.get(one.pk, []), changes=changes.get(one.pk, [])),
            money=moved[one.pk],
            turns=readings.get(one.pk, []),
            events=events.get(one.pk, []),
            decisions=decisions.get(one.pk, []),
            told=told.get(one.pk, []),
        )
        for one in found
    ]


def stood_of(found: Sequence[Session], terms: dict[int, Terms], reader: Reader) -> dict[int, Stay]:
    """How long cars stood there after their charges, of those for which that costs anything."""
    priced = [one for one in found if one.started_at and one.pk in terms and stays.prices_idling(terms[one.pk])]
    changes = stays.changes_of(priced, at=reader.at)
    return stays.stays_of(priced, changes=changes, terms=terms, at=reader.at)


def turns(found: Sequence[Session], reader: Reader) -> dict[int, list[Turn]]:
    """Where their readings turn, for who may see them."""
    return meter.turns(found, at=reader.at) if reader.may("charging.view_meterreading") else {}


def sessions(scope: Scope, reader: Reader, left: set[str]) -> list[Session]:
    """What charged there in that time, or should have."""
    still = Q(stopped_at__gte=scope.since) | Q(stopped_at=None)
    inside = Q(still, started_at__lte=scope.until) | Q(started_at=None, requested_at__range=scope.window)
    rows = reader.rows(Session.objects.filter(inside, station=scope.station), "charging.view_session")
    if rows is None:
        return []
    found = rows.select_related(*JOINED).prefetch_related(*APART).order_by("id")
    return bounded(found[: MOST_SESSIONS + 1], most=MOST_SESSIONS, name=CHARGE, left=left)
