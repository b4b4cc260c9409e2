"""What today is held against is what was there a day ago, to the second."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charging import reviewing, settlement
from charging.models import Decision, Session
from charging.tests.world import NOW, World, minutes
from drivepower.core import alerts
from drivepower.portal import wording
from drivepower.portal.board import draw
from drivepower.portal.figures import Scope, take
from drivepower.portal.figures.before import Before, KeptBefore, take_before
from drivepower.portal.figures.scope import NETWORK
from drivepower.portal.sections import Section
from drivepower.portal.tests.companies import FOREIGN, OURS, populate
from drivepower.portal.tests.test_own_start_page import member
from stations.models import ConnectionSpan, Station, StatusSpan

ZONE = ZoneInfo("Asia/Bishkek")
SECOND = timedelta(seconds=1)
THEN = NOW - timedelta(days=1)


def before(then: datetime = THEN) -> Before:
    """How it stood."""
    return take_before(then=then, scope=NETWORK)


def held(station: Station, since: datetime, until: datetime | None, epoch: int) -> None:
    """It had a line."""
    ConnectionSpan.objects.create(station=station, epoch=epoch, since=since, until=until)


def test_it_counts_lines_that_were_held(world: World) -> None:
    ConnectionSpan.objects.all().delete()
    retired = Station.objects.create(code="OLD", identity="old", service_state=Station.ServiceState.RETIRED)
    held(retired, THEN - SECOND, None, 1)
    held(world.station, THEN - minutes(9), THEN, 1)
    held(world.station, THEN + SECOND, None, 2)
    assert before().online == 0

    held(Station.objects.create(code="B", identity="b"), THEN, THEN + SECOND, 1)
    held(Station.objects.create(code="C", identity="c"), THEN - minutes(9), None, 1)

    assert before().online == 2
    assert before(THEN + SECOND).online == 2


def test_it_counts_connectors_that_were_broken(world: World) -> None:
    def said(number: int, status: str, since: datetime, until: datetime | None) -> None:
        StatusSpan.objects.create(station=world.station, number=number, status=status, since=since, until=until)

    StatusSpan.objects.all().delete()
    said(0, "Faulted", THEN - SECOND, None)
    said(1, "Faulted", THEN - minutes(9), THEN)
    said(1, "Available", THEN, None)
    assert before().faulted == 0

    said(2, "Faulted", THEN - minutes(9), THEN + SECOND)
    said(2, "Faulted", THEN + SECOND, None)

    assert [before(at).faulted for at in (THEN, THEN + SECOND)] == [1, 1]


def test_it_counts_charges_that_went_on(world: World) -> None:
    over = world.charging(world.driver(), at=THEN - minutes(30))
    world.end(over, 3_000, at=THEN)
    assert before().charging == 0

    long = world.charging(world.driver(), at=THEN - timedelta(days=3))
    world.end(long, 3_000, at=THEN + SECOND)
    world.charging(world.driver(), connector=2, at=THEN)

    assert before().charging == 2
    assert before(THEN - SECOND).charging == 2  # the first, which went on then, and the long one


def test_it_counts_alerts_that_were_open(db: None) -> None:
    for subject, opened, closed in (("a", -9, 0), ("b", -9, 1), ("c", -9, None), ("d", 1, None)):
        alerts.open_alert(kind="test", subject=subject, text="Look", at=THEN + minutes(opened))
        if closed is not None:
            alerts.resolve_alert(kind="test", subject=subject, at=THEN + minutes(closed))

    assert before().alerts == 2


def doubtful(world: World, at: datetime) -> Session:
    """A charge that is in review from then on."""
    session = world.charging(world.driver(), at=at - minutes(30))
    world.end(session, 90_000_000, at=at - minutes(1))
    settlement.settle(session_id=session.pk, at=at)
    return session


def test_it_counts_what_was_in_review(world: World) -> None:
    def decide(session: Session, at: datetime, verb: Any = reviewing.waive) -> None:
        verb(session_id=session.pk, reason="looked", by="staff:1", at=at)

    early, late, again, new = (doubtful(world, THEN - minutes(ago)) for ago in (300, 240, 180, -60))
    decide(early, THEN - minutes(10))
    decide(late, THEN + minutes(10))
    decide(again, THEN + minutes(20), reviewing.rerun)
    late_word = {"verb": "correct", "reason": "once more", "decided_by": "staff:1"}
    Decision.objects.create(session=early, revision=9, made_at=THEN + minutes(30), **late_word)
    assert [Session.objects.get(pk=one.pk).state for one in (early, late, again, new)] == [
        *("waived", "waived", "review", "review"),
    ]

    assert before().reviews == 2
    assert before(THEN - minutes(20)).reviews == 3
    assert before(THEN + minutes(90)).reviews == 2


def test_a_company_is_held_against_itself(world: World) -> None:
    companies = {name: populate(world, name) for name in (OURS, FOREIGN)}
    for number, station in enumerate(Station.objects.filter(location__host=companies[FOREIGN])):
        held(station, THEN - minutes(9), None, number + 1)
        StatusSpan.objects.create(station=station, number=1, status="Faulted", since=THEN - minutes(9))
    Session.objects.filter(station__location__host=companies[FOREIGN]).update(
        started_at=THEN - minutes(5), stopped_at=THEN + minutes(5)
    )

    hosts = {name: member("Site host", company) for name, company in companies.items()}
    found = {name: take_before(then=THEN, scope=Scope(host)) for name, host in hosts.items()}

    assert found[OURS] == Before()
    assert found[FOREIGN] == Before(online=1, faulted=1, charging=1)


def test_the_board_tells_the_difference(world: World) -> None:
    held(world.station, NOW - timedelta(days=2), NOW - minutes(60), 900)
    alerts.open_alert(kind="test", subject="a", text="Look", at=THEN - minutes(1))
    alerts.open_alert(kind="test", subject="b", text="Look", at=NOW)
    world.charging(world.driver(), at=NOW - minutes(10))
    world.say(world.two, "Faulted", at=NOW - minutes(5))

    texts = draw(take(at=NOW, zone=ZONE), sections=frozenset(Section)).texts

    told = ("stations_trend", "faults_trend", "charging_trend", "alerts_trend", "reviews_trend", "first_trend")
    assert [texts[key] for key in told] == ["=", "▲ 1", "▲ 1", "▲ 1", "=", "–"]


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [((9, 10), (8, 10), "▲ 10.0"), ((1, 3), (1, 2), "▼ 16.7"), ((1, 2), (2, 4), "="), ((0, 0), (1, 2), "–")],
)
def test_points_are_of_a_hundred(now: tuple[int, int], then: tuple[int, int], said: str) -> None:
    assert wording.points(now, then) == said


def test_it_is_asked_once_a_minute(world: World) -> None:
    kept = KeptBefore()
    with CaptureQueriesContext(connection) as asked:
        for seconds in (0, 59):
            kept.take(at=NOW + seconds * SECOND, scope=NETWORK)
    assert len(asked) == 6
    with CaptureQueriesContext(connection) as asked:
        kept.take(at=NOW + 60 * SECOND, scope=NETWORK)
    assert len(asked) == 6
