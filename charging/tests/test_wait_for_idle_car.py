"""Whether an ended session must wait for its car to leave."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.pricing import Terms
from billing.tests.making import rule, terms
from charging import consumption, idling
from charging.models import Session
from charging.tests.world import NOW, World, minutes
from stations.models import ConnectionSpan

FEE = rule("parking_fee", "2")


def after(count: float) -> datetime:
    """So many minutes after the start."""
    return NOW + minutes(count)


@pytest.fixture
def session(world: World) -> Session:
    """A charge that stopped after an hour while the car took no more since minute 40."""
    made = world.charging(world.driver())
    world.say(world.one, "SuspendedEV", at=after(40))
    ended = world.end(made, 11_000, at=after(60))
    assert ended is not None
    return ended


def wait(session: Session, *, at: float, by: Terms | None = None, **more: Any) -> float | None:
    """Until when it waits, in minutes after the start."""
    until = idling.wait(session=session, terms=by or terms(FEE, **more), at=after(at))
    return (until - NOW) / minutes(1) if until else None


def left_at(session: Session, *, at: float) -> datetime | None:
    """When the car left as far as is known then."""
    return consumption.of(session=session, terms=terms(FEE), at=after(at)).left_at


def test_it_waits_and_is_asked_again_while_the_car_stands_there(world: World, session: Session) -> None:
    assert wait(session, at=60) == 61
    assert wait(session, at=90) == 91
    world.say(world.one, "Finishing", at=after(91))
    assert wait(session, at=92) == 93
    world.say(world.one, "Available", at=after(95))
    assert wait(session, at=95) is None
    assert left_at(session, at=200) == after(95)


@pytest.mark.parametrize("by", [terms(rule("per_kwh", "15")), terms(rule("parking_fee", "0"))], ids=["none", "zero"])
def test_it_does_not_wait_where_standing_costs_nothing(session: Session, by: Terms) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert wait(session, at=60, by=by) is None
    assert len(asked) == 0


def test_it_does_not_wait_for_a_session_that_has_not_ended(world: World) -> None:
    assert wait(world.charging(world.driver()), at=60) is None


def test_it_waits_within_the_grace_too(session: Session) -> None:
    assert wait(session, at=61, idle_grace_seconds=7200) == 62


def test_it_waits_until_the_fee_is_at_its_cap(session: Session) -> None:
    """Idle since minute 40, 10 of them free, 2.00 a minute: 100.00 are reached after 50, at minute 100."""
    assert wait(session, at=99, idle_cap=Decimal(100)) == 100
    assert wait(session, at=100, idle_cap=Decimal(100)) is None


def test_it_compares_the_cap_with_what_is_charged_before_tax_is_added(session: Session) -> None:
    on_top = terms(FEE, idle_cap=Decimal(100), tax_percent=Decimal(20), tax_included=False)
    assert wait(session, at=99, by=on_top) == 100
    assert wait(session, at=100, by=on_top) is None


def test_it_ends_with_the_next_charge_on_the_connector(world: World, session: Session) -> None:
    world.card(world.driver())
    world.begin("CARD-1", at=after(75), connector=world.two)
    assert wait(session, at=80) == 81
    Session.objects.exclude(pk=session.pk).update(connector=world.one)
    assert wait(session, at=80) is None
    assert left_at(session, at=80) == after(75)


def test_it_trusts_a_silent_station_no_longer_than_it_spoke(world: World, session: Session) -> None:
    world.go_offline(at=after(70))
    assert wait(session, at=85) == 86
    assert wait(session, at=86) is None
    assert left_at(session, at=86) == after(70)
    # what it says once it is back does not count against the driver
    ConnectionSpan.objects.create(station=world.station, epoch=9, since=after(300))
    world.say(world.one, "Available", at=after(300))
    assert wait(session, at=301) is None
    assert left_at(session, at=301) == after(70)


def test_it_waits_for_half_a_day_at_most(session: Session) -> None:
    last = 60 + 12 * 60
    assert wait(session, at=last) == last + 1
    assert wait(session, at=last + 1) is None
    assert left_at(session, at=last + 500) == after(last)


@pytest.mark.parametrize(("at", "until"), [(60, 61), (60.9, 61), (61, None)])
def test_it_gives_the_station_a_minute_to_say_that_the_cable_is_in(
    world: World, at: float, until: float | None
) -> None:
    made = world.charging(world.driver())
    world.say(world.one, "Charging", at=after(1))
    ended = world.end(made, 11_000, at=after(60))
    assert ended is not None
    assert wait(ended, at=at) == until
    world.say(world.one, "Available", at=after(60.1))
    assert wait(ended, at=at) is None


def test_it_gives_that_minute_from_when_a_late_stop_came(world: World) -> None:
    made = world.charging(world.driver())
    ended = world.end(made, 11_000, at=after(60), received_at=after(500))
    assert ended is not None
    assert wait(ended, at=500.5) == 501
    assert wait(ended, at=501) is None


def test_it_asks_the_database_four_times_once_it_was_told_of(session: Session) -> None:
    assert session.connector.number == 1
    wait(session, at=89)
    with CaptureQueriesContext(connection) as asked:
        wait(session, at=90)
    assert len(asked) == 4
