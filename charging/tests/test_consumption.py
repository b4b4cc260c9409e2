"""What a session used over time, for the one function that prices it."""

from datetime import datetime
from typing import Any

from billing.pricing import Consumption
from billing.tests.making import rule, terms
from charging import consumption
from charging.models import MeterReading, Session, SessionMeter
from charging.tests.world import NOW, World, minutes


def after(count: float) -> datetime:
    """So many minutes after the start."""
    return NOW + minutes(count)


def used_by(session: Session, *, at: datetime, **more: Any) -> Consumption:
    """What a session used, by terms in which standing idle costs something."""
    return consumption.of(session=session, terms=terms(rule("parking_fee", "1"), **more), at=at)


def ended(world: World, meter_stop_wh: int, *, stop: float = 60) -> Session:
    """A session that has ended."""
    found = world.end(Session.objects.get(), meter_stop_wh, at=after(stop))
    assert found is not None
    return found


def test_it_is_a_straight_line_without_readings(world: World) -> None:
    world.charging(world.driver())
    used = used_by(ended(world, 26_500), at=after(99))
    assert used == Consumption(NOW, after(60), None, ((NOW, 0), (after(60), 25_500)))


def test_it_follows_the_readings(world: World) -> None:
    session = world.charging(world.driver())
    world.read(session, 5000, at=after(10))
    world.read(session, 21_000, at=after(50))
    used = used_by(ended(world, 26_500), at=after(99))
    assert used.curve == ((NOW, 0), (after(10), 4000), (after(50), 20_000), (after(60), 25_500))


def test_it_never_falls_and_never_passes_the_end(world: World) -> None:
    session = world.charging(world.driver())
    for minute, register in ((10, 5000), (20, 4000), (30, 90_000), (40, 6000)):
        world.read(session, register, at=after(minute))
    used = used_by(ended(world, 9000), at=after(99))
    assert [energy for _, energy in used.curve] == [0, 4000, 4000, 8000, 8000, 8000]


def test_it_leaves_out_readings_from_outside_the_session(world: World) -> None:
    session = world.charging(world.driver())
    for minute in (-5, 0, 60, 70):
        world.read(session, 5000, at=after(minute))
    assert len(used_by(ended(world, 9000), at=after(99)).curve) == 2


def test_it_takes_a_sessions_own_register_for_what_it_is(world: World) -> None:
    """The Start says a lifetime register, the readings begin at 0 (situation 9)."""
    world.charging(world.driver())
    Session.objects.update(meter_start_wh=910_000)
    world.read(Session.objects.get(), 4000, at=after(10))
    used = used_by(ended(world, 920_000), at=after(99))
    assert used.curve[1] == (after(10), 4000)


def test_it_sums_phases(world: World) -> None:
    session = world.charging(world.driver())
    world.read(session, 5000, at=after(10))
    reading = MeterReading.objects.get()
    for number in (1, 2, 3):
        MeterReading.objects.create(
            part_at=after(20),
            session_key=session.pk,
            station=world.station,
            number=1,
            at=after(20),
            measurand=reading.measurand,
            location="Outlet",
            phase=f"L{number}",
            unit="Wh",
            value=2000,
        )
    used = used_by(ended(world, 9000), at=after(99))
    assert used.curve[2] == (after(20), 5000)


def test_it_runs_until_now_while_it_charges(world: World) -> None:
    session = world.charging(world.driver())
    world.read(session, 5000, at=after(10))
    used = used_by(session, at=after(12))
    assert (used.charging_ended_at, used.left_at, used.energy_wh) == (after(12), None, 4000)


def test_it_has_used_nothing_before_the_first_reading(world: World) -> None:
    session = world.charging(world.driver())
    assert used_by(session, at=after(1)).energy_wh == 0
    assert used_by(session, at=after(-1)).charging_ended_at == NOW


def test_it_ends_charging_where_the_car_took_nothing_more(world: World) -> None:
    session = world.charging(world.driver())
    world.say(world.one, "Charging", at=after(1))
    world.say(world.one, "SuspendedEV", at=after(10))
    world.say(world.one, "Charging", at=after(20))
    world.say(world.one, "SuspendedEV", at=after(40))
    world.say(world.one, "Finishing", at=after(55))
    world.say(world.two, "Charging", at=after(56))
    world.say(world.one, "Available", at=after(60))
    used = used_by(ended(world, 9000), at=after(99))
    assert (used.charging_ended_at, used.left_at) == (after(40), after(60))
    assert used.energy_wh == 8000
    assert session.pk


def test_it_does_not_call_it_idle_when_the_station_holds_back(world: World) -> None:
    world.charging(world.driver())
    world.say(world.one, "SuspendedEV", at=after(10))
    world.say(world.one, "SuspendedEVSE", at=after(20))
    used = used_by(ended(world, 9000), at=after(99))
    assert (used.charging_ended_at, used.left_at) == (after(60), None)


def test_it_bears_a_stop_before_the_start(world: World) -> None:
    world.charging(world.driver())
    used = used_by(ended(world, 9000, stop=-5), at=after(99))
    assert (used.charging_ended_at, used.energy_wh) == (NOW, 8000)


def test_it_takes_what_was_billed_over_what_was_read(world: World) -> None:
    session = world.charging(world.driver())
    SessionMeter.objects.create(session=session, energy_wh=77_777, last_reading_at=after(10))
    assert used_by(ended(world, 9000), at=after(99)).energy_wh == 8000


def test_it_adds_up_energy_that_is_told_in_parts(world: World) -> None:
    """MV6: a station without registers says what each interval took; beside a register the parts count for nothing."""
    session = world.charging(world.driver())
    for minute, energy in ((10, 4000), (20, 6000), (30, 5000)):
        world.read(session, energy, at=after(minute))
    MeterReading.objects.update(measurand="Energy.Active.Import.Interval")
    done = ended(world, 26_500)
    curve = used_by(done, at=after(99)).curve
    assert [energy for _, energy in curve] == [0, 4000, 10_000, 15_000, 25_500]
    world.read(session, 9000, at=after(15))
    curve = used_by(done, at=after(99)).curve
    assert [energy for _, energy in curve] == [0, 8000, 25_500]
