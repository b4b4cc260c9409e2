"""A stop is a wish until the station says it is done (situation 23)."""

from datetime import datetime, timedelta

import pytest

from charging import lifecycle
from charging.models import Session
from charging.models.session import State
from charging.tests.world import NOW, World, minutes
from stations.models import Command


def stop(session: Session, *, at: datetime = NOW, cause: str = "driver") -> Session:
    """Ask for a stop."""
    return lifecycle.request_stop(session=session, asked_by="driver:x", cause=cause, at=at)


def test_it_asks_the_station(world: World) -> None:
    session = world.charging(world.driver())
    asked = stop(session, cause="limit")
    assert (asked.state, asked.stop_cause, asked.stop_asked_at) == (State.STOPPING, "limit", NOW)
    assert asked.holds_connector is True
    command = Command.objects.get(intent="stop_charging")
    assert (command.payload, command.subject) == ({"ocpp_id": session.ocpp_id}, session.subject)
    assert (command.asked_by, command.effect) == ("driver:x", Command.Effect.EXPECTED)
    assert command.expires_at == NOW + timedelta(minutes=10)


def test_it_asks_once_a_minute_at_most(world: World) -> None:
    session = world.charging(world.driver())
    stop(session)
    stop(session, at=NOW + minutes(0.5), cause="limit")
    assert Command.objects.filter(intent="stop_charging").count() == 1
    again = stop(session, at=NOW + minutes(1), cause="limit")
    assert Command.objects.filter(intent="stop_charging").count() == 2
    assert (again.state, again.stop_cause, again.stop_asked_at) == (State.STOPPING, "driver", NOW + minutes(1))


def test_it_is_active_again_when_the_station_refuses(world: World) -> None:
    session = world.charging(world.driver())
    stop(session)
    lifecycle.note_stop_answer(session_id=session.pk, accepted=False, at=NOW)
    assert Session.objects.get().state == State.ACTIVE
    assert stop(session, at=NOW + minutes(2)).state == State.STOPPING


def test_it_waits_for_the_stop_when_the_station_accepts(world: World) -> None:
    session = world.charging(world.driver())
    stop(session)
    lifecycle.note_stop_answer(session_id=session.pk, accepted=True, at=NOW)
    assert Session.objects.get().state == State.STOPPING


def test_it_cancels_a_start_that_has_not_come(world: World) -> None:
    driver = world.driver()
    session = world.request(driver)
    cancelled = stop(session)
    assert (cancelled.state, cancelled.failure) == (State.FAILED, "start_cancelled")
    assert world.wallet(driver).held == 0
    assert not Command.objects.filter(intent="stop_charging").exists()


@pytest.mark.parametrize("state", [State.ENDED, State.REVIEW, State.SETTLED, State.WAIVED])
def test_it_changes_nothing_that_is_over(world: World, state: State) -> None:
    session = world.charging(world.driver())
    world.end(session, 2000, at=NOW + minutes(1))
    Session.objects.filter(pk=session.pk).update(state=state)
    before = Session.objects.values().get()
    assert stop(session).state == state
    assert Session.objects.values().get() == before


def test_it_ignores_a_refusal_that_comes_after_the_stop(world: World) -> None:
    session = world.charging(world.driver())
    stop(session)
    world.end(session, 2000, at=NOW + minutes(1))
    lifecycle.note_stop_answer(session_id=session.pk, accepted=False, at=NOW)
    assert Session.objects.get().state == State.ENDED
