"""Whose a reading is (situations 8 and 21, ocpp16.md MV5 and MV9)."""

from datetime import UTC, datetime

import pytest

from charging import lifecycle
from charging.attribution import Attribution, session_for, sessions_at
from charging.models import Session
from charging.tests.world import NOW, World, minutes


def ask(world: World, ocpp_id: str, *, number: int = 1) -> Attribution | None:
    """The session of a reading."""
    return session_for(station_id=world.station.pk, number=number, ocpp_id=ocpp_id)


def test_it_finds_the_transaction_that_is_named(world: World) -> None:
    session = world.charging(world.driver())
    assert ask(world, session.ocpp_id) == Attribution(session.pk, 1000, 1, NOW)
    assert ask(world, session.ocpp_id, number=2) == Attribution(session.pk, 1000, 1, NOW)


@pytest.mark.parametrize("nothing", ["", "0", "-1"])
def test_it_finds_the_one_that_holds_the_connector(world: World, nothing: str) -> None:
    session = world.charging(world.driver())
    assert ask(world, nothing) == Attribution(session.pk, 1000, 1, NOW)
    assert ask(world, nothing, number=2) is None


def test_it_does_not_take_a_request_for_a_charge(world: World) -> None:
    world.request(world.driver())
    assert ask(world, "") is None


def test_it_knows_until_when_a_session_took_readings(world: World) -> None:
    session = world.charging(world.driver())
    world.end(session, 2000, at=NOW + minutes(1))
    found = ask(world, session.ocpp_id)
    assert found == Attribution(session.pk, 1000, 1, NOW, until=NOW + minutes(1))
    covered = [found.covers(NOW + minutes(after)) for after in (-1, 0, 1, 2)]
    assert covered == [False, True, True, False]
    assert found.covers(datetime(1970, 1, 1, tzinfo=UTC))
    assert ask(world, "") is None


def test_it_knows_a_start_that_came_late(world: World) -> None:
    world.card(world.driver())
    session = world.begin("CARD-1", at=NOW, received_at=NOW + minutes(90)).session
    found = ask(world, session.ocpp_id)
    assert found is not None
    assert (found.since, found.is_late) == (NOW, True)


def test_it_finds_the_sessions_of_a_stretch_of_the_past(world: World) -> None:
    first = world.charging(world.driver())
    world.end(first, 2000, at=NOW + minutes(10))
    second = world.charging(world.driver(), at=NOW + minutes(20))
    world.charging(world.driver(), connector=2)

    def between(start: float, end: float) -> list[int]:
        times = [NOW + minutes(end), NOW + minutes(start)]
        return [one.session_id for one in sessions_at(station_id=world.station.pk, number=1, times=times)]

    assert between(-9, -1) == []
    assert between(1, 5) == [first.pk]
    assert between(5, 25) == [second.pk, first.pk]
    assert between(12, 15) == []
    assert between(40, 50) == [second.pk]


def test_it_still_finds_one_whose_end_was_only_inferred(world: World) -> None:
    session = world.charging(world.driver())
    lifecycle.infer_end(session=session, until=NOW, reason="Silence")
    assert ask(world, session.ocpp_id) == Attribution(session.pk, 1000, 1, NOW)


def test_it_finds_no_transaction_of_another_station(world: World) -> None:
    session = world.charging(world.driver())
    found = session_for(station_id=world.station.pk + 1, number=1, ocpp_id=session.ocpp_id)
    assert found is None


def test_it_finds_nothing_that_never_was(world: World) -> None:
    assert ask(world, "999999") is None
    assert Session.objects.count() == 0
