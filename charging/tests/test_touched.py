"""Limits while a car charges: stop before they are used up, hold more while there is money (F5)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Hold, PriceTerms
from billing.models.tariffs import Dimension
from charging import lifecycle, limits, settlement
from charging.models import Session, SessionMeter
from charging.models.session import State
from charging.tests.world import NOW, World, minutes, per_kwh, rule, top_up
from stations.models import Command, Connector


def after(count: float) -> datetime:
    """So many minutes after the start."""
    return NOW + minutes(count)


def touch(*sessions: Session, at: datetime) -> list[tuple[int, Decimal | None, bool]]:
    """What the limits thread does after a batch."""
    looked = limits.touched(session_ids=[session.pk for session in sessions], at=at)
    return [(one.session_id, one.cost, one.stop) for one in looked]


def read(world: World, session: Session, energy_wh: int, *, at: datetime, power_w: int | None = 36_000) -> None:
    """A reading, and one ten seconds before it."""
    for back in (10, 0):
        world.read(session, 1000 + energy_wh, at=at - minutes(back / 60), power_w=power_w)


def test_it_tells_what_a_session_has_cost_so_far(world: World) -> None:
    session = world.charging(world.driver())
    read(world, session, 4000, at=after(10))
    assert touch(session, at=after(10)) == [(session.pk, Decimal("60.00"), False)]
    assert Session.objects.get().state == State.ACTIVE


@pytest.mark.parametrize(
    ("asked", "energy_wh", "stop"),
    [
        # At 36 kW the second that a stop takes is 10 Wh, or 0.15 som.
        ({"energy_wh": 10_000}, 9989, False),
        ({"energy_wh": 10_000}, 9990, True),
        ({"amount": Decimal("150.00")}, 9989, False),
        ({"amount": Decimal("150.00")}, 9990, True),
        ({"energy_wh": 20_000, "amount": Decimal("150.00")}, 9989, False),
        ({"energy_wh": 20_000, "amount": Decimal("150.00")}, 9990, True),
    ],
)
def test_it_stops_as_the_limit_is_reached(world: World, asked: dict[str, Any], energy_wh: int, stop: bool) -> None:
    session = world.charging(world.driver(), **asked)
    read(world, session, energy_wh, at=after(20))
    assert [judged[2] for judged in touch(session, at=after(20))] == [stop]
    stopped = Session.objects.get()
    assert (stopped.state, stopped.stop_cause) == ((State.STOPPING, "limit") if stop else (State.ACTIVE, ""))
    commands = Command.objects.filter(intent="stop_charging").values_list("asked_by", flat=True)
    assert list(commands) == (["rule:limits"] if stop else [])


@pytest.mark.parametrize(("limit_wh", "stop"), [(12_011, False), (12_010, True)])
def test_it_takes_the_average_where_no_power_is_told(world: World, limit_wh: int, stop: bool) -> None:
    """12 kWh in 20 minutes are 36 kW, and 10 Wh in a second."""
    session = world.charging(world.driver(), energy_wh=limit_wh)
    read(world, session, 12_000, at=after(20), power_w=None)
    assert touch(session, at=after(20))[0][2] is stop


def test_it_asks_the_station_once_a_minute(world: World) -> None:
    session = world.charging(world.driver(), energy_wh=5000)
    read(world, session, 5000, at=after(20))
    for second in range(0, 60, 20):
        assert touch(session, at=after(20 + second / 60))[0][2] is True
    assert Command.objects.filter(intent="stop_charging").count() == 1
    touch(session, at=after(21))
    assert Command.objects.filter(intent="stop_charging").count() == 2


def test_it_waits_a_minute_after_a_refusal_too(world: World) -> None:
    session = world.charging(world.driver(), energy_wh=5000)
    read(world, session, 5000, at=after(20))
    touch(session, at=after(20))
    lifecycle.note_stop_answer(session_id=session.pk, accepted=False, at=after(20))
    touch(session, at=after(20.5))
    assert Command.objects.filter(intent="stop_charging").count() == 1
    touch(session, at=after(21))
    assert Command.objects.filter(intent="stop_charging").count() == 2


def test_it_asks_again_for_a_driver_whose_stop_was_not_heard(world: World) -> None:
    session = world.charging(world.driver())
    lifecycle.request_stop(session=session, asked_by="driver:x", cause="driver", at=after(10))
    read(world, session, 4000, at=after(11))
    assert touch(session, at=after(11))[0][2] is True
    assert Command.objects.filter(intent="stop_charging").count() == 2
    assert Session.objects.get().stop_cause == "driver"


def test_it_holds_more_while_there_is_money(world: World) -> None:
    """200 are held at first; a card is not cut off with money in the wallet."""
    driver = world.driver("450.00")
    world.card(driver)
    session = world.begin("CARD-1").session
    for energy_wh, held in ((13_300, "200.00"), (13_330, "400.00"), (26_660, "450.00")):
        at = after(energy_wh / 600)
        read(world, session, energy_wh, at=at)
        assert touch(session, at=at)[0][2] is False
        assert world.wallet(driver).held == Decimal(held)
    read(world, session, 29_992, at=after(50))
    assert touch(session, at=after(50))[0][2] is True
    stopped = Session.objects.get()
    assert (stopped.state, stopped.stop_cause) == (State.STOPPING, "reserve")
    world.end(stopped, 1000 + 29_996, at=after(51))
    settled = settlement.settle(session_id=session.pk, at=after(52))
    assert settled is not None
    assert (settled.total, settled.shortfall) == (Decimal("449.94"), Decimal(0))
    assert world.wallet(driver).balance == Decimal("0.06")


def test_it_holds_more_once_somebody_tops_up(world: World) -> None:
    driver = world.driver("150.00")
    session = world.charging(driver)
    top_up(world.wallet(driver), "500.00")
    read(world, session, 9995, at=after(20))
    assert touch(session, at=after(20))[0][2] is False
    assert world.wallet(driver).held == Decimal("350.00")


def test_it_numbers_holds_on_after_those_that_were_released(world: World) -> None:
    driver = world.driver("1000.00")
    asked = world.request(driver)
    lifecycle.fail_start(session=asked, code="start_timeout", text="", at=NOW)
    session = world.begin(asked.tag, at=NOW).session
    read(world, session, 13_330, at=after(20))
    assert touch(session, at=after(20))[0][2] is False
    active = Hold.objects.filter(state=Hold.State.ACTIVE).order_by("pk")
    assert list(active.values_list("reference", flat=True)) == [f"{session.subject}:2", f"{session.subject}:3"]


def test_it_does_not_grow_the_hold_of_a_limit_by_amount(world: World) -> None:
    driver = world.driver("1000.00")
    session = world.charging(driver, amount=Decimal("100.00"))
    read(world, session, 7000, at=after(20))
    assert touch(session, at=after(20))[0][2] is True
    assert world.wallet(driver).held == Decimal("100.00")


def test_it_counts_minutes_before_the_first_reading(world: World) -> None:
    world.price(per_kwh("15.00"), rule(Dimension.PER_MINUTE, "2.00"))
    session = world.charging(world.driver())
    assert touch(session, at=after(7)) == [(session.pk, Decimal("14.00"), False)]


def test_it_does_not_look_ahead_for_a_car_that_takes_nothing_more(world: World) -> None:
    session = world.charging(world.driver(), energy_wh=10_000)
    read(world, session, 9900, at=after(20))
    world.say(world.one, "SuspendedEV", at=after(19))
    assert touch(session, at=after(20))[0][2] is False


def test_it_prices_by_the_time_of_use_while_it_runs(world: World) -> None:
    """15:00 in Bishkek; dearer from 15:30 on."""
    cheap, dear = {"starts": "07:00", "ends": "15:30"}, {"starts": "15:30", "ends": "07:00"}
    world.price(per_kwh("10.00", **cheap), per_kwh("20.00", **dear))
    session = world.charging(world.driver())
    world.read(session, 3000, at=after(30), power_w=10_000)
    world.read(session, 5000, at=after(40), power_w=10_000)
    assert touch(session, at=after(40))[0][1] == Decimal("20.00") + Decimal("40.00")


def test_it_stops_a_session_that_nobody_authorized(world: World) -> None:
    """The station charges on although it was told Invalid."""
    session = world.begin("NOBODY").session
    assert touch(session, at=after(1)) == [(session.pk, Decimal("0.00"), True)]
    assert Session.objects.get().stop_cause == "unauthorized"


def test_it_charges_on_where_nothing_has_a_price(world: World) -> None:
    world.price(per_kwh("0"))
    session = world.charging(world.driver("0"))
    read(world, session, 10_000, at=after(20))
    assert touch(session, at=after(20)) == [(session.pk, Decimal("0.00"), False)]


def test_it_leaves_out_what_it_cannot_price(world: World) -> None:
    session = world.charging(world.driver())
    Session.objects.update(price_terms=None)
    assert touch(session, at=after(1)) == []


@pytest.mark.parametrize(("energy_wh", "state"), [(6000, State.ACTIVE), (10_000, State.STOPPING)])
def test_it_keeps_to_the_limit_beyond_the_power_that_was_entered(world: World, energy_wh: int, state: State) -> None:
    """7 kW were entered for a connector of 22 kW: the bill waits for the review, the driver's limit does not."""
    Connector.objects.update(max_power_w=7000)
    session = world.charging(world.driver(), energy_wh=10_000)
    read(world, session, energy_wh, at=after(energy_wh * 60 / 22_000), power_w=22_000)
    touch(session, at=after(energy_wh * 60 / 22_000))
    assert Session.objects.get().state == state


def test_it_tells_no_cost_that_cannot_be_true(world: World) -> None:
    """A lifetime register beside a Start of 0: the car stops, and the review will look at it (situation 10)."""
    session = world.charging(world.driver(), energy_wh=10_000)
    SessionMeter.objects.create(session=session, energy_wh=910_000, power_w=36_000, last_reading_at=after(1))
    assert touch(session, at=after(1)) == [(session.pk, None, True)]
    assert Session.objects.get().state == State.STOPPING


@pytest.mark.parametrize("state", [State.REQUESTED, State.ENDED, State.REVIEW, State.SETTLED, State.FAILED])
def test_it_looks_at_running_sessions_alone(world: World, state: State) -> None:
    session = world.charging(world.driver())
    Session.objects.update(state=state, holds_connector=False, stopped_at=NOW)
    assert touch(session, at=after(1)) == []


def test_it_judges_the_others_when_one_cannot_be_judged(world: World) -> None:
    broken = world.charging(world.driver())
    fine = world.charging(world.driver(), connector=2)
    odd = PriceTerms.objects.create(currency="KGS", document={}, made_at=NOW)
    Session.objects.filter(pk=broken.pk).update(price_terms=odd)
    read(world, fine, 4000, at=after(10))
    assert touch(broken, fine, at=after(10)) == [(fine.pk, Decimal("60.00"), False)]


def test_it_asks_the_database_as_often_for_many_as_for_one(world: World) -> None:
    def cost_of(sessions: list[Session]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(touch(*sessions, at=after(10))) == len(sessions)
        return len(queries)

    sessions = [world.charging(world.driver())]
    alone = cost_of(sessions)
    for number in range(3, 9):
        connector = Connector.objects.create(station=world.station, number=number, max_power_w=60_000)
        world.say(connector, "Available", at=NOW - minutes(60))
        sessions.append(world.charging(world.driver(), connector=number))
    for session in sessions:
        read(world, session, 4000, at=after(10))
    assert cost_of(sessions) == alone


@pytest.mark.parametrize(
    ("late", "last_read", "asked", "stops"),
    [
        (90, 60, 90, False),  # everything is of the past
        (90, 60, 93, True),  # it was given two minutes
        (90, 90.2, 91, True),  # it was read since: it is running
        (0.1, 0.05, 1, True),  # an ordinary start
    ],
)
def test_it_stops_no_charge_that_is_only_told_of(
    world: World, late: float, last_read: float, asked: float, stops: bool
) -> None:
    """An offline charge above every limit, replayed: its Stop is on the way (situation 16)."""
    world.card(world.driver("20.00"))
    session = world.begin("CARD-1", at=NOW, received_at=after(late)).session
    world.read(session, 50_000, at=after(last_read), power_w=0)
    touch(session, at=after(asked))
    assert Command.objects.filter(intent="stop_charging").exists() is stops
