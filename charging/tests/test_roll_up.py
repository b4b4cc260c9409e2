"""Figures of days and hours: exactly what the facts come to, however the facts came and changed."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.models import IdTag
from billing.models import Receipt
from charging import lifecycle, reviewing, rollups, settlement
from charging.models import DailyFigures, FiguresMark, HourlyEnergy, Session
from charging.rollups.hours import by_hour
from charging.rollups.rolling import TAKE
from charging.tests.evenings import charge, clock, move_to, pay
from charging.tests.world import NOW, World, minutes
from stations.models import Location

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def rolled() -> dict[str, Any]:
    """Everything that figures say."""
    rollups.roll_up(at=NOW)
    return figures()


def figures() -> dict[str, Any]:
    """Everything that figures say, as it stands."""
    columns = ("day", "connector", "sessions", "attempts", "failures", "energy_wh", "busy_s", "revenue")
    return {
        "days": sorted(map(repr, DailyFigures.objects.values_list(*columns))),
        "hours": sorted(HourlyEnergy.objects.values_list("hour", "connector", "energy_wh")),
    }


def anew() -> dict[str, Any]:
    """The same, made of the facts of all time."""
    rollups.rebuild()
    return figures()


def decide(verb: str, session: Session, **said: Any) -> None:
    """A person decides a month later."""
    getattr(reviewing, verb)(
        session_id=session.pk, reason="It is so", by="staff:x", at=NOW + timedelta(days=30), **said
    )


def day_of(world: World, day: date = MONDAY) -> DailyFigures:
    """The figures of the first connector."""
    rollups.roll_up(at=NOW)
    return DailyFigures.objects.get(day=day, connector=world.one)


def test_it_counts_a_charge_in_its_day(world: World) -> None:
    pay(world, charge(world, world.driver(), begins=clock("19:00"), lasts=40, energy_wh=25_500))

    row = day_of(world)

    assert (row.sessions, row.attempts, row.failures) == (1, 1, 0)
    assert (row.energy_wh, row.busy_s, row.revenue) == (25_500, 2400, {"KGS": "382.500"})
    assert FiguresMark.objects.count() == 0
    assert figures() == anew()


def test_it_leaves_out_what_is_not_over_or_in_review(world: World) -> None:
    world.charging(world.driver())
    session = charge_doubtful(world)

    assert rolled() == {"days": [], "hours": []}
    decide("correct", session, energy_wh=10_000)
    assert day_of(world).energy_wh == 10_000
    assert figures() == anew()


def charge_doubtful(world: World) -> Session:
    """A charge on the second connector that waits for a person."""
    driver = world.driver()
    requested = world.request(driver, connector=2)
    session = world.begin(requested.tag, connector=world.two).session
    Session.objects.filter(pk=session.pk).update(connector=world.two)
    world.end(session, 26_501_000, at=NOW + minutes(30))
    settlement.settle(session_id=session.pk, at=NOW + minutes(31))
    session.refresh_from_db()
    Session.objects.filter(state="active").delete()
    Session.objects.filter(pk=session.pk).update(connector=world.one)
    assert session.state == Session.State.REVIEW
    return session


def test_it_takes_corrections_and_late_truth_into_the_day_of_the_charge(world: World) -> None:
    session = charge(world, world.driver(), begins=clock("19:00"), lasts=60, energy_wh=10_000)
    pay(world, session)
    assert day_of(world).energy_wh == 10_000

    decide("correct", session, energy_wh=8_000, started_at=clock("18:30"), stopped_at=clock("20:00"))

    row = day_of(world)
    assert (row.energy_wh, row.busy_s) == (8_000, 5400)
    receipts = Receipt.objects.filter(subject=session.subject)
    assert sum(Decimal(day.revenue.get("KGS", 0)) for day in DailyFigures.objects.all()) == sum(
        receipt.gross for receipt in receipts
    )
    assert figures() == anew()


def test_it_counts_a_night_in_two_days(world: World) -> None:
    read = [(60, 6_000), (120, 10_000)]
    pay(world, charge(world, world.driver(), begins=clock("23:30"), lasts=120, energy_wh=10_000, readings=read))

    first, second = day_of(world), day_of(world, TUESDAY)

    assert (first.sessions, first.energy_wh, first.busy_s, first.revenue) == (1, 10_000, 1800, {})
    assert (second.sessions, second.energy_wh, second.busy_s) == (0, 0, 5400)
    assert second.revenue == {"KGS": "150.000"}
    assert [energy for _, _, energy in figures()["hours"]] == [3_000, 5_000, 2_000]
    assert figures() == anew()


def test_it_goes_by_the_clock_of_the_place(world: World) -> None:
    move_to(world, "Asia/Tokyo")
    pay(world, charge(world, world.driver(), begins=clock("22:00"), lasts=30, energy_wh=3_000))
    assert day_of(world, TUESDAY).energy_wh == 3_000

    Location.objects.update(time_zone="Asia/Bishkek")

    assert day_of(world, MONDAY).energy_wh == 3_000
    assert figures() == anew()


def test_it_leaves_out_cards_of_the_service(world: World) -> None:
    card = world.card(value="TECH", kind=IdTag.Kind.SERVICE)
    session = world.begin("TECH").session
    world.end(session, 5_000, at=NOW + minutes(10))
    settlement.settle(session_id=session.pk, at=NOW + minutes(60))
    assert rolled() == {"days": [], "hours": []}

    IdTag.objects.filter(pk=card.pk).update(kind=IdTag.Kind.RFID)

    assert day_of(world).energy_wh == 4_000
    assert figures() == anew()


def test_it_counts_the_first_try_of_a_wish(world: World) -> None:
    driver = world.driver()
    for after in (0, 3):
        failed = world.request(driver, at=NOW + minutes(after))
        lifecycle.fail_start(session=failed, code="start_timeout", text="No.", at=NOW + minutes(after + 1))
    pay(world, charge(world, driver, begins=NOW + minutes(6), lasts=20, energy_wh=3_000))
    pay(world, charge(world, driver, begins=NOW + minutes(60), lasts=20, energy_wh=3_000))

    row = day_of(world)

    assert (row.attempts, row.failures, row.sessions) == (2, 1, 2)
    assert figures() == anew()


def test_it_counts_time_once_where_charges_overlap(world: World) -> None:
    for driver in (world.driver(), world.driver()):
        pay(world, charge(world, driver, begins=NOW, lasts=30, energy_wh=3_000))

    assert (day_of(world).sessions, day_of(world).busy_s) == (2, 1800)


def test_it_asks_as_much_for_many_marks_as_for_one(world: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            rollups.roll_up(at=NOW)
        return len(queries)

    pay(world, charge(world, world.driver(), begins=NOW, lasts=30, energy_wh=3_000))
    few = asked()
    for number in range(1, 6):
        pay(world, charge(world, world.driver(), begins=NOW + minutes(40 * number), lasts=30, energy_wh=3_000))

    assert asked() == few
    assert asked() < few


@pytest.mark.parametrize("seed", range(6))
def test_it_says_what_the_facts_of_all_time_say(world: World, seed: int) -> None:
    """A story of charges, failures, doubts, corrections, moves and cards, rolled up now and then on its way."""
    chance = random.Random(seed)
    at, paid = NOW, []
    for number in range(14):
        at += minutes(chance.choice([7, 50, 400]))
        driver = world.driver("5000.00")
        match chance.choice(["charge", "charge", "fail", "correct", "move", "late", "roll"]):
            case "charge":
                session = charge(world, driver, begins=at, lasts=chance.choice([5, 90]), energy_wh=1_000 + number)
                pay(world, session)
                paid.append(session)
            case "fail":
                failed = world.request(driver, at=at)
                lifecycle.fail_start(session=failed, code="start_timeout", text="No.", at=at)
            case "correct" if paid:
                decide("correct", chance.choice(paid), energy_wh=500 + number)
            case "move":
                Location.objects.update(time_zone=chance.choice(["Asia/Bishkek", "Pacific/Auckland", "UTC"]))
            case "late" if paid:
                chosen = chance.choice(paid)
                earlier = F("started_at") - timedelta(hours=3)
                Session.objects.filter(pk=chosen.pk).update(started_at=earlier, connector=world.two)
            case _:
                rollups.roll_up(at=at)
        at = max([at, *(session.stopped_at for session in paid if session.stopped_at)])

    incremental = rolled()

    assert incremental == anew()
    assert incremental["days"]


def test_it_parts_a_charge_into_whole_watt_hours(db: None) -> None:
    curve = [(NOW, 0), (NOW + minutes(100), 1_000), (NOW + minutes(100), 1_001)]

    assert list(by_hour(curve)) == [(NOW, 600), (NOW + minutes(60), 401)]
    assert list(by_hour([(NOW, 0), (NOW, 7)])) == [(NOW, 7)]


def test_it_compares_no_marks_with_each_other_though_the_planner_believes_there_are_none(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE charging_figuresmark")
        cursor.execute("EXPLAIN " + TAKE, [500])
        plan = "\n".join(row[0] for row in cursor)
    assert "id = ANY" in plan
    assert "Nested Loop" not in plan
