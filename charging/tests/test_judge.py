"""When a charge reaches its limit is predicted from its last readings, so that it stops then and not before (F5)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.notifying.kinds import kinds_of
from billing.models.tariffs import Dimension
from charging import limits, nearing
from charging.limits import Touched
from charging.models import Session, SessionMeter
from charging.models.session import State
from charging.tests.settling import after, settle
from charging.tests.world import NOW, World, minutes, per_kwh, rule
from drivepower.core.models import Event
from stations.models import Connector

KW_180 = 180_000


def look(session: Session, *, at: datetime, heard: datetime | None = None) -> Touched:
    """What the limits thread finds of one session."""
    [looked] = limits.touched(session_ids=[session.pk], at=at, heard={session.pk: heard} if heard else {})
    return looked


def fast(world: World, **asked: Any) -> Session:
    """A charge on a connector of 400 kW."""
    Connector.objects.update(max_power_w=400_000)
    return world.charging(world.driver(), **asked)


def seconds(count: float) -> datetime:
    return NOW + timedelta(seconds=count)


def test_it_says_when_one_kilowatt_hour_at_180_kilowatts_is_reached(world: World) -> None:
    """500 Wh after 10 s, 50 Wh a second: 1000 after 20 s, and a stop takes one."""
    session = fast(world, energy_wh=1000)
    world.read(session, 1500, at=seconds(10), power_w=KW_180)
    looked = look(session, at=seconds(10), heard=seconds(10))
    assert not looked.stop
    assert looked.again_in == pytest.approx(9, abs=0.11)
    assert not look(session, at=seconds(18.8), heard=seconds(10)).stop
    assert look(session, at=seconds(19), heard=seconds(10)).stop
    assert Session.objects.get().stop_cause == "limit"


def test_it_goes_by_each_new_reading(world: World) -> None:
    """The power halves: so does the time that is left take twice as long."""
    session = fast(world, energy_wh=1000)
    world.read(session, 1500, at=seconds(10), power_w=KW_180)
    world.read(session, 1750, at=seconds(15), power_w=90_000)
    SessionMeter.objects.update(power_w=0)
    # No less than the two registers show, whatever power is told: 50 Wh a second.
    assert look(session, at=seconds(15), heard=seconds(15)).again_in == pytest.approx(4, abs=0.11)
    world.read(session, 1800, at=seconds(17), power_w=90_000)
    assert look(session, at=seconds(17), heard=seconds(17)).again_in == pytest.approx(7, abs=0.11)


def test_it_looks_no_further_than_the_next_sweep(world: World) -> None:
    session = fast(world, energy_wh=2000)
    world.read(session, 1500, at=seconds(10), power_w=KW_180)
    assert look(session, at=seconds(10), heard=seconds(10)).again_in is None


def test_it_sees_money_used_up_in_time(world: World) -> None:
    """30.00 and 2 a minute: 28.00 are 1.8666 kWh after two minutes, and a little time costs too."""
    world.price(per_kwh("15.00"), rule(Dimension.PER_MINUTE, "2.00"))
    session = fast(world, amount=Decimal("30.00"))
    world.read(session, 1000 + 1400, at=after(1.9), power_w=KW_180)
    looked = look(session, at=after(1.9), heard=after(1.9))
    assert not looked.stop
    assert looked.again_in == pytest.approx(5.4, abs=0.5)


@pytest.mark.parametrize(
    ("read_at", "heard_at", "stop"),
    [
        pytest.param(10, 10, True, id="at once"),
        pytest.param(10, 12, True, id="two seconds on the way"),
        pytest.param(-50, 10, True, id="a clock that is behind"),
        pytest.param(70, 10, True, id="a clock that is ahead"),
        pytest.param(-50, 19, False, id="kept, and heard just now"),
    ],
)
def test_a_reading_counts_from_when_it_was_taken_or_came(
    world: World, read_at: float, heard_at: float, stop: bool
) -> None:
    session = fast(world, energy_wh=1000)
    world.read(session, 1500, at=seconds(read_at), power_w=KW_180)
    assert look(session, at=seconds(19.5), heard=seconds(heard_at)).stop is stop


def test_a_car_that_takes_nothing_is_not_stopped_for_its_silence(world: World) -> None:
    session = fast(world, energy_wh=1000)
    world.read(session, 1990, at=seconds(10), power_w=0)
    assert not look(session, at=after(20), heard=seconds(10)).stop


def test_it_stops_at_a_state_of_charge(world: World) -> None:
    session = world.charging(world.driver(), soc=80)
    assert (session.limit_kind, session.limit_soc) == ("soc", 80)
    world.read(session, 5000, at=after(5), power_w=36_000)
    assert not look(session, at=after(5)).stop
    for percent, stop in (("79.50", False), ("80.00", True)):
        SessionMeter.objects.update(soc=Decimal(percent))
        assert look(session, at=after(5)).stop is stop
    assert Session.objects.get().stop_cause == "limit"


def test_it_tells_once_that_nothing_says_the_state_of_charge(world: World) -> None:
    session = world.charging(world.driver(), soc=80)
    told = Event.objects.filter(kind="session.warned")
    for minute, count in ((4.9, 0), (5, 1), (6, 1)):
        world.read(session, 1000 + int(minute * 100), at=after(minute), power_w=6000)
        assert not look(session, at=after(minute)).stop
        assert [event.payload["warning"] for event in told.all()] == ["soc_unknown"] * count
    stale = Session.objects.get()
    stale.findings = []
    nearing.note_soc(stale, at=after(6))
    assert told.count() == 1
    assert Session.objects.get().findings == ["soc_unknown"]
    assert "charging_80" not in {kind.name for kind in kinds_of("session.warned", told.get().payload)}


def test_it_does_not_warn_of_a_state_of_charge_that_is_told(world: World) -> None:
    session = world.charging(world.driver(), soc=80)
    world.read(session, 2000, at=after(6), power_w=6000)
    SessionMeter.objects.update(soc=Decimal("40.00"))
    look(session, at=after(6))
    assert not Event.objects.filter(kind="session.warned").exists()


def test_it_stops_when_the_time_is_over(world: World) -> None:
    session = world.charging(world.driver(), duration=minutes(30))
    assert (session.limit_kind, session.limit_seconds) == ("time", 1800)
    looked = look(session, at=seconds(1794))
    assert not looked.stop
    assert looked.again_in == pytest.approx(5, abs=0.11)
    assert look(session, at=seconds(1799)).stop
    assert Session.objects.get().stop_cause == "limit"


def warnings() -> list[tuple[int, str]]:
    told = Event.objects.filter(kind="session.warned").order_by("id")
    return [(event.payload["percent"], event.payload["limit_type"]) for event in told]


@pytest.mark.parametrize(
    ("asked", "below", "above", "percent"),
    [
        ({"energy_wh": 10_000}, 7900, 8000, 80),
        ({"amount": Decimal("150.00")}, 7900, 8100, 81),
        ({"duration": minutes(25)}, 100, 100, 80),
    ],
    ids=["energy", "amount", "time"],
)
def test_it_tells_once_that_the_limit_is_near(
    world: World, asked: dict[str, Any], below: int, above: int, percent: int
) -> None:
    session = world.charging(world.driver(), **asked)
    world.read(session, 1000 + below, at=after(19), power_w=10_000)
    look(session, at=after(19))
    assert warnings() == []
    world.read(session, 1000 + above, at=after(20), power_w=10_000)
    for _ in range(3):
        look(session, at=after(20))
    [(told, _)] = warnings()
    assert told == percent
    assert Session.objects.get().warned_at == after(20)
    said = Event.objects.get(kind="session.warned").payload
    assert said["cost"] == f"{Decimal(above) * 15 / 1000:.2f}"  # of the energy that it names


def test_it_tells_when_the_money_is_nearly_used(world: World) -> None:
    """Nothing was asked for: 300.00 are there, 200.00 of them held at first."""
    session = world.charging(world.driver("300.00"))
    for energy_wh, count in ((13_000, 0), (15_900, 0), (16_100, 1), (17_000, 1)):
        at = after(energy_wh / 600)
        world.read(session, 1000 + energy_wh, at=at, power_w=1000)
        look(session, at=at)
        assert len(warnings()) == count


def test_two_who_see_it_at_once_tell_it_once(world: World) -> None:
    session = world.charging(world.driver(), energy_wh=10_000)
    for seen in (Session.objects.get(), session):
        nearing.note(seen, 0.8, cost="120.00", at=after(20))
    assert len(warnings()) == 1


def test_it_does_not_warn_of_what_it_stops(world: World) -> None:
    session = world.charging(world.driver(), energy_wh=10_000)
    world.read(session, 11_500, at=after(20), power_w=10_000)
    assert look(session, at=after(20)).stop
    assert warnings() == []


def test_it_writes_down_how_far_a_limit_was_passed(world: World) -> None:
    session = world.charging(world.driver(), energy_wh=10_000, amount=Decimal("150.00"))
    world.end(session, 11_250, at=after(20))
    settle(session)
    assert (session.state, session.overshoot_wh, session.overshoot_amount) == (State.SETTLED, 250, Decimal("3.75"))
    assert "overshoot" in session.findings
    kept = world.charging(world.driver(), energy_wh=10_000, at=after(60))
    world.end(kept, 10_900, at=after(80))
    settle(kept)
    assert (kept.overshoot_wh, kept.overshoot_amount) == (None, None)


def test_an_end_that_is_put_right_forgets_the_overshoot(world: World) -> None:
    session = world.charging(world.driver(), energy_wh=10_000)
    world.read(session, 11_250, at=after(20))
    world.end(session, 11_250, at=after(20))
    Session.objects.update(inferred=True)
    world.end(session, 10_900, at=after(20))
    session.refresh_from_db()
    assert (session.billed_energy_wh, session.overshoot_wh) == (9900, None)
