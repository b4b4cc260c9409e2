"""A correction that charges much more, or what no connector delivers, takes a second person as one that gives back."""

from typing import Any

import pytest

from charging import approvals, reviewing
from charging.models import DecisionRequest, Session
from charging.tests.settling import STAFF, after, check, ended, settle
from charging.tests.test_second_person import OTHER, ask, confirm
from charging.tests.world import World
from drivepower.core.refusals import Refusal
from stations.models import Connector

# Two hours at 60 kW and a tenth: no more than 132 kWh.
POWER_W, HOURS = 60_000, 120


@pytest.fixture
def paid(world: World) -> Session:
    """10 kWh in two hours, 150.00."""
    Connector.objects.update(max_power_w=POWER_W)
    session = world.charging(world.driver("9000.00"))
    world.end(session, 11_000, at=after(HOURS))
    settle(session, at=after(HOURS + 1))
    check(session, "150.00")
    return session


def waits(made: DecisionRequest | None) -> tuple[float, float]:
    assert made is not None
    return float(made.gives_back), float(made.charges_more)


def test_what_charges_much_more_waits(paid: Session) -> None:
    made = ask(paid, "correct", energy_wh=80_000)
    assert waits(made) == (0, 1050)
    check(paid, "150.00")
    assert made is not None
    confirm(made)
    check(paid, "1200.00")
    decision = paid.decisions.get()
    assert (decision.approved_by, decision.charged_more, decision.gave_back) == (OTHER, 1050, 0)


def test_a_little_more_is_charged_at_once_until_it_is_much_together(paid: Session) -> None:
    assert [ask(paid, "correct", energy_wh=wh) for wh in (40_000, 70_000)] == [None, None]
    check(paid, "1050.00")
    assert list(paid.decisions.order_by("pk").values_list("charged_more", flat=True)) == [450, 450]
    assert waits(ask(paid, "correct", energy_wh=77_000)) == (0, 105)


def test_less_than_it_was_charges_nothing_more(paid: Session) -> None:
    assert ask(paid, "correct", energy_wh=9_000) is None
    assert paid.decisions.get().charged_more == 0


def test_what_the_connector_cannot_have_delivered_waits_however_cheap(world: World, paid: Session) -> None:
    assert ask(paid, "correct", energy_wh=20_000) is None
    # Five minutes at that power are 5.5 kWh.
    soon: dict[str, Any] = {"started_at": after(0), "stopped_at": after(5)}
    said = {"session_id": paid.pk, "reason": "The cable hung.", "by": STAFF, "at": after(700), **soon}
    with pytest.raises(Refusal, match="The connector cannot have delivered that much in that time"):
        reviewing.correct(**said)
    made = approvals.correct(**said)
    assert waits(made) == (0, 0)
    assert made is not None
    confirm(made)
    paid.refresh_from_db()
    assert paid.stopped_at == after(5)


def test_who_pays_is_put_right_without_a_doubt_about_what_the_station_said(world: World) -> None:
    Connector.objects.update(max_power_w=1_000)
    session = ended(world, world.driver("1000.00"))
    settle(session)
    assert ask(session, "correct", driver=world.driver("1000.00")) is None
