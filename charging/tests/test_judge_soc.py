"""When a charge reaches the state of charge that was asked for is predicted from the last two that were told (F5)."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charging import limits, metering
from charging.limits import Touched
from charging.models import MeterReading, Session, SessionMeter
from charging.tests.world import NOW, World
from stations.models import Connector

TARGET = 80


def seconds(count: float) -> datetime:
    return NOW + timedelta(seconds=count)


def say(session: Session, percent: str, *, at: float, location: str = "EV") -> None:
    """The car's state of charge, beside the register that was read last."""
    MeterReading.objects.create(
        part_at=seconds(at),
        session_key=session.pk,
        station=session.station,
        number=session.connector.number,
        at=seconds(at),
        measurand=metering.SOC,
        location=location,
        unit="Percent",
        value=Decimal(percent),
    )
    SessionMeter.objects.update_or_create(
        session=session, defaults={"soc": Decimal(percent), "last_reading_at": seconds(at)}
    )


def charging(world: World, *told: tuple[float, str], location: str = "EV", power_w: int = 36_000) -> Session:
    """A charge to 80 % of which these (second, percent) were told."""
    session = world.charging(world.driver(), soc=TARGET)
    for at, percent in told:
        world.read(session, 1000 + int(at * 10), at=seconds(at), power_w=power_w)
        say(session, percent, at=at, location=location)
    return session


def look(session: Session, *, at: float, heard: float) -> Touched:
    """What the limits thread finds of one session."""
    [looked] = limits.touched(session_ids=[session.pk], at=seconds(at), heard={session.pk: seconds(heard)})
    return looked


@pytest.mark.parametrize("location", ["EV", "Outlet"])
def test_it_says_when_the_target_is_reached(world: World, location: str) -> None:
    """Six tenths of a percent a minute at 79.92: 80 after 8 s, and a stop takes one."""
    session = charging(world, (60, "79.32"), (120, "79.92"), location=location)
    looked = look(session, at=120, heard=120)
    assert not looked.stop
    assert looked.again_in == pytest.approx(7, abs=0.11)
    assert not look(session, at=126.8, heard=120).stop
    assert look(session, at=127.1, heard=120).stop
    assert Session.objects.get().stop_cause == "limit"


def test_it_looks_no_further_than_the_next_sweep(world: World) -> None:
    session = charging(world, (60, "77.5"), (120, "79.5"))
    assert look(session, at=120, heard=120).again_in is None


def test_it_goes_by_the_last_two_of_many(world: World) -> None:
    """It rose faster before: the battery takes less the fuller it is."""
    session = charging(world, (30, "60.5"), (60, "79.32"), (120, "79.92"))
    assert look(session, at=120, heard=120).again_in == pytest.approx(7, abs=0.11)


def test_it_counts_from_when_the_state_of_charge_was_told(world: World) -> None:
    """Energy was read 5 s later, without one."""
    session = charging(world, (60, "79.32"), (120, "79.92"))
    world.read(session, 2250, at=seconds(125), power_w=36_000)
    assert look(session, at=125, heard=125).again_in == pytest.approx(2, abs=0.11)


def test_whole_percents_are_not_taken_for_more_than_they_say(world: World) -> None:
    """From 78 to 79 may be a hundredth: nothing tells how fast. From 73 to 79 are at least five: 80 after 12 s."""
    slow = charging(world, (60, "78"), (120, "79"))
    assert not look(slow, at=178, heard=120).stop
    fast = world.charging(world.driver(), connector=2, soc=TARGET)
    for at, percent in ((60, "73"), (120, "79")):
        world.read(fast, 1000 + at * 10, at=seconds(at), power_w=36_000)
        say(fast, percent, at=at)
    assert look(fast, at=123, heard=120).again_in == pytest.approx(8, abs=0.11)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param([(170, "79.9")], id="told once"),
        pytest.param([(110, "79.9"), (170, "79.9")], id="it stays"),
        pytest.param([(110, "99.5"), (170, "79.9")], id="it falls"),
        pytest.param([(0, "0"), (170, "79.9")], id="0 for not known"),
        pytest.param([(169.5, "79.8"), (170, "79.9")], id="at once"),
        pytest.param([(110, "20.5"), (170, "79.9")], id="no battery is as fast"),
    ],
)
def test_it_waits_for_the_target_to_be_told_where_nothing_says_how_fast(
    world: World, told: list[tuple[float, str]]
) -> None:
    session = charging(world, *told)
    looked = look(session, at=180, heard=170)
    assert (looked.stop, looked.again_in) == (False, None)
    say(session, "80", at=181)
    assert look(session, at=181, heard=181).stop


def test_a_car_that_takes_nothing_does_not_fill(world: World) -> None:
    session = charging(world, (60, "79.32"), (120, "79.92"))
    world.say(world.one, "SuspendedEV", at=seconds(121))
    assert not look(session, at=200, heard=120).stop


def test_the_warning_goes_by_what_was_told(world: World) -> None:
    """At 63.9 of 80 % a driver is not told yet that four fifths are there."""
    session = charging(world, (60, "63.3"), (120, "63.9"))
    look(session, at=129, heard=120)
    assert Session.objects.get().warned_at is None


def test_only_such_limits_cost_a_statement_and_any_number_one(world: World) -> None:
    def cost_of(*sessions: Session) -> int:
        with CaptureQueriesContext(connection) as asked:
            limits.touched(session_ids=[one.pk for one in sessions], at=seconds(61))
        return len(asked)

    made = []
    for number in range(3, 7):
        Connector.objects.create(station=world.station, number=number, max_power_w=60_000)
        world.say(Connector.objects.get(number=number), "Available", at=seconds(-60))
        limit = TARGET if number > 4 else None
        made.append(world.charging(world.driver(), connector=number, soc=limit))
        world.read(made[-1], 1100, at=seconds(60), power_w=36_000)
        SessionMeter.objects.filter(session=made[-1]).update(soc=Decimal("50.5"))
    other, another, *wanted = made
    plain = cost_of(other, another)
    assert cost_of(other) == plain
    assert cost_of(other, *wanted) == cost_of(wanted[0]) == plain + 1
