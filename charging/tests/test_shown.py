"""What a driver sees of a charge that has ended: what it costs so far, what it came to, what is given back."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.models.tariffs import Dimension
from charging.api.shown import show_all, with_all
from charging.models import Session
from charging.models.session import State
from charging.tests.settling import accepted, after, decide, ended, inferred, settle
from charging.tests.world import World, minutes, per_kwh, rule


def shown(session: Session, *, at: datetime) -> dict[str, Any]:
    """As of then."""
    return show_all(list(with_all(Session.objects.filter(pk=session.pk))), at=at)[0]


def test_it_shows_what_a_car_costs_that_stands_there_still(world: World) -> None:
    """10 kWh at 15.00, then 2.00 a minute: after 25 minutes 200.00, after 40 minutes 230.00."""
    world.price(per_kwh("15.00"), rule(Dimension.PARKING_FEE, "2.00"), idle_grace_seconds=0)
    session = world.charging(world.driver("1000.00"))
    world.say(world.one, "Charging", at=after(1))
    world.end(session, 11_000, at=after(60))
    world.say(world.one, "Finishing", at=after(60))
    assert settle(session, at=after(85)) is None
    for minute, cost in ((60, "150.00"), (85, "200.00"), (100, "230.00")):
        said = shown(session, at=after(minute))
        assert (said["status"], said["state"], said["current_cost"]) == ("stopped", "ended", cost)
    world.say(world.one, "Available", at=after(100))
    settle(session, at=after(101))
    assert shown(session, at=after(500))["current_cost"] == "230.00"


def test_it_shows_what_a_corrected_charge_costs_in_all(world: World) -> None:
    """The last receipt says the difference alone."""
    session = ended(world, world.driver("1000.00"))
    settle(session)
    decide("correct", session, energy_wh=20_000)
    said = shown(session, at=after(200))
    assert session.receipt is not None
    assert session.receipt.gross == Decimal("-82.50")
    assert (said["current_cost"], said["energy_kwh"]) == ("300.00", 20.0)
    assert said["receipt_id"] == str(session.receipt.public_id)


def test_a_waived_charge_costs_nothing(world: World) -> None:
    never_paid = inferred(world, world.driver("1000.00"), 10_000)
    paid = accepted(world, world.driver("1000.00"), 9000)
    type(never_paid.meter).objects.update(running_cost=Decimal(150))
    for session in (never_paid, paid):
        assert shown(session, at=after(110))["current_cost"] != "0.00"
        decide("waive", session)
        assert (session.state, shown(session, at=after(200))["current_cost"]) == (State.WAIVED, "0.00")


def test_it_shows_what_a_charge_in_review_costs_as_it_stands(world: World) -> None:
    """The running cost is that of the last reading; the Stop said more, and somebody looks at it."""
    session = world.charging(world.driver("1000.00"))
    world.read(session, 5000, at=after(10))
    type(session.meter).objects.update(running_cost=Decimal("60.00"))
    world.end(session, 11_000, at=after(60), findings=["clock"])
    settle(session)
    said = shown(session, at=after(61))
    assert (said["state"], said["energy_kwh"], said["current_cost"]) == ("review", 10.0, "150.00")


def test_a_late_truth_in_review_is_not_shown_at_the_price_of_what_was_guessed(world: World) -> None:
    session = accepted(world, world.driver("1000.00"), 9000)
    world.end(session, 11_000, at=after(110), findings=["clock"])
    settle(session)
    said = shown(session, at=after(120))
    assert (said["state"], said["energy_kwh"], said["current_cost"]) == ("review", 10.0, "150.00")


@pytest.mark.parametrize(
    ("asked", "shows"),
    [
        ({"soc": 80}, ("soc", 80, 50.0)),
        ({"duration": minutes(40)}, ("time", 40.0, 25.0)),
    ],
    ids=["soc", "time"],
)
def test_it_shows_how_much_of_a_limit_is_used(world: World, asked: dict[str, Any], shows: Any) -> None:
    session = world.charging(world.driver("1000.00"), **asked)
    world.read(session, 5000, at=after(10))
    type(session.meter).objects.update(soc=Decimal(40))
    said = shown(session, at=after(10))
    assert (said["limit_type"], said["limit_value"], said["progress_percent"]) == shows
