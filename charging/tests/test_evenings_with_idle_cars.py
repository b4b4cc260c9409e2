"""Worked evenings on which a car stays at the charger: 15.00 per kWh, 3.00 a minute after ten, 150.00 at most."""

from decimal import Decimal
from typing import Any

import pytest

from billing import ledger
from billing.models import Hold
from billing.models.tariffs import Dimension
from charging.models.session import State
from charging.tests.evenings import charge, clock, left, lines, settle, unplug
from charging.tests.world import World, minutes, per_kwh, rule

SEVEN, EIGHT = clock("19:00"), clock("20:00")


def price(world: World, **version: Any) -> None:
    """What all of these evenings go by."""
    usual = {"idle_grace_seconds": 600, "idle_cap": Decimal(150)}
    world.price(per_kwh("15.00"), rule(Dimension.PARKING_FEE, "3.00"), **(usual | version))


def test_it_pays_for_the_time_after_the_grace_until_the_cable_is_out(world: World) -> None:
    """20 kWh x 15.00 = 300.00; full at 20:00, unplugged at 20:30: 20 minutes x 3.00 = 60.00."""
    price(world)
    driver = world.driver("1000.00")
    session = charge(world, driver, begins=SEVEN, lasts=60, energy_wh=20_000)
    world.say(world.one, "Finishing", at=EIGHT)
    assert settle(session, at=EIGHT + minutes(1)) is None
    assert (session.state, session.settle_from) == (State.ENDED, EIGHT + minutes(2))
    assert Hold.objects.get().state == Hold.State.ACTIVE
    unplug(world, session, at=EIGHT + minutes(30))
    settled = settle(session, at=EIGHT + minutes(31))
    assert settled is not None
    assert session.receipt is not None
    assert lines(session.receipt)[1][1:] == (1200, "60")
    assert left(world, driver) == Decimal("640.00")
    assert ledger.check_books() == []


def test_it_pays_nothing_for_an_unplugging_within_the_grace(world: World) -> None:
    """Back after ten minutes to the second: 300.00 and no fee."""
    price(world)
    driver = world.driver("1000.00")
    session = charge(world, driver, begins=SEVEN, lasts=60, energy_wh=20_000)
    world.say(world.one, "Finishing", at=EIGHT)
    unplug(world, session, at=EIGHT + minutes(10))
    settle(session, at=EIGHT + minutes(11))
    assert session.receipt is not None
    assert (session.receipt.gross, left(world, driver)) == (Decimal(300), Decimal(700))


def test_it_pays_no_more_than_the_cap_and_does_not_wait_for_the_car(world: World) -> None:
    """Idle since 19:50, grace until 20:00; 50 minutes x 3.00 = 150.00 at 20:50, while the car stays all night."""
    price(world)
    driver = world.driver("1000.00")
    session = world.charging(driver, at=SEVEN)
    world.read(session, 21_000, at=SEVEN + minutes(50))
    world.say(world.one, "SuspendedEV", at=SEVEN + minutes(50))
    ended = world.end(session, 21_000, at=EIGHT)
    assert ended is not None
    assert settle(ended, at=EIGHT + minutes(49)) is None
    settled = settle(ended, at=EIGHT + minutes(50))
    assert settled is not None
    assert settled.total == Decimal(450)
    assert left(world, driver) == Decimal(550)


@pytest.mark.parametrize(("idle_from", "total"), [("suspended", "345"), ("finished", "315")])
def test_it_begins_to_count_where_the_tariff_says_so(world: World, idle_from: str, total: str) -> None:
    """Full at 19:50, stopped at 20:00, gone at 20:15: 25 minutes less ten x 3.00 = 45.00, or 15 less ten = 15.00."""
    price(world, idle_from=idle_from)
    driver = world.driver("1000.00")
    session = world.charging(driver, at=SEVEN)
    world.say(world.one, "SuspendedEV", at=SEVEN + minutes(50))
    ended = world.end(session, 21_000, at=EIGHT)
    assert ended is not None
    world.say(world.one, "Finishing", at=EIGHT)
    unplug(world, ended, at=EIGHT + minutes(15))
    settled = settle(ended, at=EIGHT + minutes(16))
    assert settled is not None
    assert settled.total == Decimal(total)


def test_it_stops_counting_when_the_next_car_charges(world: World) -> None:
    """Nobody said Available; the next charge began at 20:25: 15 minutes x 3.00 = 45.00."""
    price(world)
    first, second = world.driver("1000.00"), world.driver("1000.00")
    session = charge(world, first, begins=SEVEN, lasts=60, energy_wh=20_000)
    world.say(world.one, "Finishing", at=EIGHT)
    world.card(second)
    world.begin("CARD-1", at=EIGHT + minutes(25))
    settle(session, at=EIGHT + minutes(26))
    assert left(world, first) == Decimal(655)


def test_it_does_not_count_what_nobody_heard(world: World) -> None:
    """The station falls silent at 20:18 and comes back at 23:00 with a free connector: 8 minutes x 3.00 = 24.00."""
    price(world)
    driver = world.driver("1000.00")
    session = charge(world, driver, begins=SEVEN, lasts=60, energy_wh=20_000)
    world.say(world.one, "Finishing", at=EIGHT)
    world.go_offline(at=EIGHT + minutes(18))
    assert settle(session, at=EIGHT + minutes(30)) is None
    settled = settle(session, at=EIGHT + minutes(34))
    assert settled is not None
    assert settled.total == Decimal(324)
    assert left(world, driver) == Decimal(676)


def test_it_is_settled_at_once_where_standing_there_costs_nothing(world: World) -> None:
    """A plain tariff: 300.00, with the car still plugged in."""
    driver = world.driver("1000.00")
    session = charge(world, driver, begins=SEVEN, lasts=60, energy_wh=20_000)
    world.say(world.one, "Finishing", at=EIGHT)
    settle(session, at=EIGHT)
    assert left(world, driver) == Decimal(700)


def test_it_has_the_fee_with_its_tax_on_top_of_the_cap(world: World) -> None:
    """300.00 + 12 % = 336.00; an hour at 3.00 is 150.00 at most, + 12 % = 168.00: 504.00."""
    price(world, tax_percent=Decimal(12), tax_included=False)
    driver = world.driver("1000.00")
    session = charge(world, driver, begins=SEVEN, lasts=60, energy_wh=20_000)
    world.say(world.one, "Finishing", at=EIGHT)
    unplug(world, session, at=EIGHT + minutes(70))
    settle(session, at=EIGHT + minutes(71))
    assert session.receipt is not None
    assert [amount for *_, amount in lines(session.receipt)] == ["336", "168"]
    assert left(world, driver) == Decimal(496)
