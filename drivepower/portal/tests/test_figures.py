"""The numbers of the start page."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charging import lifecycle, rollups, settlement
from charging.models import Session, SessionMeter
from charging.rollups import Running
from charging.tests.world import NOW, World, minutes
from drivepower.core import alerts
from drivepower.portal import figures
from drivepower.portal.figures import Figures
from drivepower.portal.figures.days import KeptDays
from drivepower.portal.figures.hours import take_hours
from stations.conditions import Condition, condition_of
from stations.models import Connector, Location, Station

ZONE = ZoneInfo("Asia/Bishkek")


def take(at: datetime = NOW) -> Figures:
    """The figures of the test's moment."""
    return figures.take(at=at, zone=ZONE)


def settled(world: World, energy_wh: int, *, at: datetime) -> Session:
    """A session that ended and was paid, begun half an hour before."""
    session = world.charging(world.driver(), at=at - minutes(30))
    world.end(session, 1000 + energy_wh, at=at)
    settlement.settle(session_id=session.pk, at=at)
    session.refresh_from_db()
    assert session.state == Session.State.SETTLED
    return session


def another_station(world: World, code: str, **fields: Any) -> Station:
    """A second station beside the first one, with one connector."""
    station = Station.objects.create(code=code, identity=f"id-{code}", location=world.station.location, **fields)
    Connector.objects.create(station=station, number=1)
    return station


def test_it_counts_stations_that_are_in_use(world: World) -> None:
    another_station(world, "BSK-02")
    another_station(world, "BSK-03", service_state=Station.ServiceState.RETIRED)
    another_station(world, "BSK-04", service_state=Station.ServiceState.PLANNED)

    network = take().network

    assert (network.online, network.stations) == (1, 2)
    assert [glance.code for glance in network.glances] == ["BSK-02", "BSK-01"]


def test_it_counts_a_station_as_offline_when_its_gateway_died(world: World) -> None:
    assert world.station.gateway is not None
    later = world.station.gateway.renewed_at + timedelta(seconds=16)

    network = take(at=later).network

    assert network.online == 0
    assert network.conditions == {Condition.OFFLINE: 2}


def test_it_counts_connectors_by_what_they_are_good_for(world: World) -> None:
    world.say(world.one, "Charging")
    world.say(world.two, "Faulted")
    Connector.objects.create(station=world.station, number=3)
    Connector.objects.create(station=world.station, number=0)

    network = take().network

    assert network.conditions == {Condition.CHARGING: 1, Condition.FAULTED: 1, Condition.UNKNOWN: 1}
    assert network.glances[0].connectors == (
        (1, Condition.CHARGING),
        (2, Condition.FAULTED),
        (3, Condition.UNKNOWN),
    )


@pytest.mark.parametrize(
    ("status", "online", "condition"),
    [
        ("Available", True, Condition.FREE),
        ("Available", False, Condition.OFFLINE),
        ("Faulted", False, Condition.FAULTED),
        ("SuspendedEVSE", True, Condition.BUSY),
        ("Sleeping", True, Condition.UNKNOWN),
        (None, True, Condition.UNKNOWN),
        (None, False, Condition.OFFLINE),
    ],
)
def test_it_knows_what_a_status_means(status: str | None, online: bool, condition: Condition) -> None:
    assert condition_of(status, online=online) is condition


def test_it_sums_up_each_place(world: World) -> None:
    world.say(world.one, "Charging")
    another_station(world, "BSK-02")
    Location.objects.create(code="EMPTY", address="", latitude=0, longitude=0)

    (place,) = take().network.places

    assert (place.code, place.online, place.stations) == ("BSK", 1, 2)
    assert place.conditions == {Condition.CHARGING: 1, Condition.FREE: 1, Condition.OFFLINE: 1}


def test_it_shows_what_charges_now(world: World) -> None:
    driver = world.driver(name="Aizada")
    session = world.charging(driver)
    world.read(session, 6000, at=NOW + minutes(5), power_w=42_000)
    SessionMeter.objects.filter(session=session).update(soc=Decimal("61.5"), running_cost=Decimal("75.00"))
    world.request(world.driver(), connector=2)

    charging = take().charging

    assert (charging.sessions, charging.power_w, charging.requested) == (1, 42_000, 1)
    (car,) = charging.cars
    assert (car.station, car.connector, car.driver, car.place_time_zone) == ("BSK-01", 1, "Aizada", "Asia/Bishkek")
    assert (car.energy_wh, car.power_w, car.soc) == (5000, 42_000, Decimal("61.50"))
    assert (car.cost, car.currency) == (Decimal("75.000"), "KGS")


def test_it_shows_a_session_that_has_no_reading_yet(world: World) -> None:
    world.charging(world.driver())

    charging = take().charging

    assert (charging.sessions, charging.power_w) == (1, 0)
    assert (charging.cars[0].energy_wh, charging.cars[0].cost) == (None, None)


def test_it_counts_energy_in_the_day_of_its_start_and_revenue_in_that_of_its_receipt(world: World) -> None:
    midnight = datetime(2026, 3, 2, tzinfo=ZONE)
    settled(world, 10_000, at=midnight + minutes(10))
    settled(world, 4_000, at=midnight + minutes(90))
    running = world.charging(world.driver(), at=NOW - minutes(3))
    world.read(running, 3_000, at=NOW, power_w=40_000)

    rollups.roll_up(at=NOW)

    *_, yesterday, today = take().days

    assert (yesterday.date, today.date) == (midnight.date() - timedelta(days=1), midnight.date())
    assert (yesterday.energy_wh, yesterday.sessions) == (10_000, 1)
    assert (today.energy_wh, today.sessions) == (6_000, 2)
    assert yesterday.revenue == {}
    assert today.revenue == {"KGS": Decimal("210.000")}


def test_it_leaves_out_what_is_older_than_its_days(world: World) -> None:
    settled(world, 4_000, at=NOW - timedelta(days=31))
    rollups.roll_up(at=NOW)

    days = take().days

    assert len(days) == 30
    assert sum(day.sessions for day in days) == 0
    assert not any(day.revenue for day in days)


def test_it_asks_for_roll_ups_twice_a_minute_and_for_today_each_time(world: World) -> None:
    kept = KeptDays()

    def told(at: datetime, queries: int) -> list[int]:
        rollups.roll_up(at=at)
        with CaptureQueriesContext(connection) as asked:
            days = kept.take(at=at, zone=ZONE, running=Running())
        assert len(asked) == queries
        assert len(days) == 30
        assert days[-1].date == at.astimezone(ZONE).date()
        return [day.energy_wh for day in days[-2:]]

    settled(world, 10_000, at=NOW - timedelta(days=1))
    assert told(NOW, 4) == [10_000, 0]
    settled(world, 4_000, at=NOW - timedelta(days=1) + minutes(60))
    settled(world, 5_000, at=NOW)
    assert told(NOW + timedelta(seconds=29), 2) == [10_000, 5_000]
    assert told(NOW + minutes(0.5), 4) == [14_000, 5_000]
    assert told(NOW, 4) == [14_000, 5_000]


def test_it_begins_a_new_day_at_once(world: World) -> None:
    midnight = datetime(2026, 3, 3, tzinfo=ZONE)
    kept = KeptDays()
    before = midnight - timedelta(seconds=1)
    settled(world, 10_000, at=before - minutes(10))
    rollups.roll_up(at=before)
    assert kept.take(at=before, zone=ZONE, running=Running()) == take(before).days

    days = kept.take(at=midnight, zone=ZONE, running=Running())

    assert days == take(midnight).days
    assert (days[-2].energy_wh, days[-1].energy_wh) == (10_000, 0)


def test_it_counts_what_runs_in_the_day_in_which_it_began(world: World) -> None:
    midnight = datetime(2026, 3, 3, tzinfo=ZONE)
    running = world.charging(world.driver(), at=midnight - minutes(30))
    world.read(running, 7_000, at=midnight + minutes(30), power_w=40_000)

    found = take(midnight + minutes(30))

    assert [(day.sessions, day.energy_wh) for day in found.days[-2:]] == [(1, 6_000), (0, 0)]
    assert [hour.energy_wh for hour in take_hours(at=found.at, running=found.running)[-2:]] == [3_000, 3_000]
    assert found.running.busy_s == 1800


def test_it_holds_today_against_last_week_at_this_time(world: World) -> None:
    week = timedelta(days=7)
    settled(world, 10_000, at=NOW - week)
    settled(world, 8_000, at=NOW - week + minutes(15))
    settled(world, 5_000, at=NOW - week + minutes(90))

    found = take().last_week

    assert (found.sessions, found.energy_wh) == (2, 14_000)
    assert found.revenue == {"KGS": Decimal("150.000")}


def test_it_tells_first_tries_and_busy_time(world: World) -> None:
    driver = world.driver()
    failed = world.request(driver, at=NOW - minutes(50))
    lifecycle.fail_start(session=failed, code="start_timeout", text="No.", at=NOW - minutes(49))
    settled(world, 5_000, at=NOW)
    rollups.roll_up(at=NOW)

    today = take().today

    assert (today.attempts, today.failures, today.busy_s) == (2, 1, 1800)


def test_it_keeps_doubtful_energy_apart_until_somebody_has_looked(world: World) -> None:
    session = world.charging(world.driver(), at=NOW - minutes(30))
    world.end(session, 2_000_000, at=NOW - minutes(1))
    settlement.settle(session_id=session.pk, at=NOW)

    found = take()

    assert found.today.energy_wh == 0
    assert found.attention.reviews == 1
    assert found.attention.held == {"KGS": Decimal("200.000")}


def test_it_counts_open_alerts_and_shows_the_newest(world: World) -> None:
    for number in range(8):
        alerts.open_alert(kind="test", subject=f"s:{number}", text="Look", at=NOW + minutes(number))
    alerts.resolve_alert(kind="test", subject="s:7", at=NOW + minutes(9))

    attention = take().attention

    assert attention.alerts == 7
    assert [line.subject for line in attention.newest_alerts] == ["s:6", "s:5", "s:4", "s:3", "s:2", "s:1"]


def test_it_shows_the_newest_commands(world: World) -> None:
    world.request(world.driver())

    (line,) = take().attention.commands

    assert (line.station, line.intent, line.state) == ("BSK-01", "start_charging", "queued")


def test_it_asks_as_many_questions_of_a_large_network_as_of_a_small_one(world: World) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            take(at=NOW + minutes(30))
        return len(queries)

    alerts.open_alert(kind="test", subject="s:0", text="Look", at=NOW)
    few = questions()
    for number in range(2, 7):
        another_station(world, f"BSK-{number:02d}")
        place = Location.objects.create(code=f"P-{number}", address="", latitude=number, longitude=number)
        another_station(world, f"P-{number}-1", gateway=world.station.gateway, connected_at=NOW)
        Station.objects.filter(code=f"P-{number}-1").update(location=place)
        alerts.open_alert(kind="test", subject=f"s:{number}", text="Look", at=NOW)
    settled(world, 4_000, at=NOW)
    world.charging(world.driver(), at=NOW + minutes(10))
    world.request(world.driver(), connector=2, at=NOW + minutes(20))

    assert questions() == few
