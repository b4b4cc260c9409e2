"""Whose a reading is (situations 8 and 21, ocpp16.md MV5 and MV9)."""

import pytest

from charging import lifecycle
from charging.attribution import Attribution, session_for
from charging.models import Session
from charging.tests.world import NOW, World, minutes


def ask(world: World, ocpp_id: str, *, number: int = 1) -> Attribution | None:
    """The session of a reading."""
    return session_for(station_id=world.station.pk, number=number, ocpp_id=ocpp_id)


def test_it_finds_the_transaction_that_is_named(world: World) -> None:
    session = world.charging(world.driver())
    assert ask(world, session.ocpp_id) == Attribution(session.pk, 1000)
    assert ask(world, session.ocpp_id, number=2) == Attribution(session.pk, 1000)


@pytest.mark.parametrize("nothing", ["", "0", "-1"])
def test_it_finds_the_one_that_holds_the_connector(world: World, nothing: str) -> None:
    session = world.charging(world.driver())
    assert ask(world, nothing) == Attribution(session.pk, 1000)
    assert ask(world, nothing, number=2) is None


def test_it_does_not_take_a_request_for_a_charge(world: World) -> None:
    world.request(world.driver())
    assert ask(world, "") is None


def test_it_finds_none_for_a_session_that_is_over(world: World) -> None:
    session = world.charging(world.driver())
    world.end(session, 2000, at=NOW + minutes(1))
    assert ask(world, session.ocpp_id) is None
    assert ask(world, "") is None


def test_it_still_finds_one_whose_end_was_only_inferred(world: World) -> None:
    session = world.charging(world.driver())
    lifecycle.infer_end(session=session, until=NOW, reason="Silence")
    assert ask(world, session.ocpp_id) == Attribution(session.pk, 1000)


def test_it_finds_no_transaction_of_another_station(world: World) -> None:
    session = world.charging(world.driver())
    found = session_for(station_id=world.station.pk + 1, number=1, ocpp_id=session.ocpp_id)
    assert found is None


def test_it_finds_nothing_that_never_was(world: World) -> None:
    assert ask(world, "999999") is None
    assert Session.objects.count() == 0
