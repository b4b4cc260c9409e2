"""Reservations come to an end from the tables alone, whatever was lost."""

from datetime import datetime

import pytest

from charging import reservations, tasks
from charging.models import Reservation
from charging.tests.test_reserve import UNTIL, active, reserve
from charging.tests.world import NOW, World, minutes
from stations.models import Command, ConnectorState

State = Reservation.State


def after_sweep(reservation: Reservation, at: datetime) -> str:
    """Where it stands then."""
    reservations.sweep(at=at)
    reservation.refresh_from_db()
    return reservation.state


def test_it_expires_what_nobody_used(world: World) -> None:
    reservation = active(world)
    assert after_sweep(reservation, UNTIL) == State.ACTIVE
    assert after_sweep(reservation, UNTIL + minutes(1)) == State.EXPIRED
    assert reservation.ended_at == UNTIL + minutes(1)
    assert reservations.sweep(at=UNTIL + minutes(2)) == 0


@pytest.mark.parametrize(
    ("status", "said", "swept", "state"),
    [
        ("Faulted", 5, 6, State.ENDED),
        ("Unavailable", 5, 6, State.ENDED),
        ("Faulted", -5, 6, State.ACTIVE),
        ("Available", 5, 6, State.ACTIVE),
        ("Available", 29.5, 30, State.EXPIRED),
        ("Available", 5, 30, State.ACTIVE),
    ],
)
def test_it_sees_what_the_connector_shows(world: World, status: str, said: float, swept: float, state: str) -> None:
    reservation = active(world)
    world.say(world.one, status, at=NOW + minutes(said))
    assert after_sweep(reservation, NOW + minutes(swept)) == state


def test_it_sees_that_a_station_breaks_that_keeps_any_connector(world: World) -> None:
    reservation = active(world)
    Reservation.objects.update(connector=None)
    at = NOW + minutes(1)
    ConnectorState.objects.create(station=world.station, number=0, status="Faulted", effective_at=at, received_at=at)
    assert after_sweep(reservation, at) == State.ENDED


def test_it_learns_by_the_status_that_a_lost_answer_was_yes(world: World) -> None:
    reservation = reserve(world)
    Command.objects.update(state="timed_out", sent_at=NOW)
    world.say(world.one, "Reserved", at=NOW + minutes(1))
    assert after_sweep(reservation, NOW + minutes(3)) == State.ACTIVE
    assert Command.objects.count() == 1


def test_it_refuses_what_was_never_sent(world: World) -> None:
    reservation = reserve(world)
    assert after_sweep(reservation, NOW + minutes(1)) == State.REQUESTED
    Command.objects.update(state="timed_out")
    assert after_sweep(reservation, NOW + minutes(1)) == State.REFUSED
    assert reservation.answer == "not_sent"


def test_it_makes_sure_that_the_station_forgets_what_it_never_answered(world: World) -> None:
    reservation = reserve(world)
    Command.objects.update(state="timed_out", sent_at=NOW)
    assert after_sweep(reservation, NOW + minutes(1)) == State.REQUESTED
    assert Command.objects.count() == 1
    for _ in range(2):  # once, while that command is under way
        assert after_sweep(reservation, NOW + minutes(2)) == State.REQUESTED
        assert Command.objects.count() == 2
    assert Command.objects.latest("pk").intent == "cancel_reservation"
    world.go_offline()
    Command.objects.update(state="timed_out", sent_at=NOW)
    assert after_sweep(reservation, NOW + minutes(4)) == State.REQUESTED
    assert Command.objects.count() == 2  # nobody is there to ask


def test_it_is_done_by_the_beat(world: World) -> None:
    reservation = active(world, until=NOW + minutes(1))
    tasks.sweep_reservations()
    reservation.refresh_from_db()
    assert reservation.state == State.EXPIRED
