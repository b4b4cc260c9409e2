"""Which reservation a Start uses up, and that a refused one uses none."""

from typing import Any

import pytest

from charging import reservations
from charging.models import Reservation, Session
from charging.tests.test_reserve import UNTIL, active, reserve
from charging.tests.world import NOW, World, minutes

State = Reservation.State
SOON = NOW + minutes(5)


def start(world: World, tag: str, **said: Any) -> Session:
    """A Start with a card at connector 1."""
    return world.begin(tag, at=SOON, **said).session


def use(session: Session, reservation_id: int | None = None) -> Reservation | None:
    """The reservation that the Start uses up."""
    return reservations.use(session=session, reservation_id=reservation_id, at=SOON)


def test_it_is_used_by_the_start_that_names_it(world: World) -> None:
    world.card(world.driver(), "OTHER")
    reservation = active(world)
    session = start(world, "OTHER")
    assert use(session, reservation.pk) == reservation
    reservation.refresh_from_db()
    assert (reservation.state, reservation.session, reservation.ended_at) == (State.USED, session, SOON)
    assert use(session, reservation.pk) is None  # the same Start once more


def test_it_is_used_by_its_tag_whatever_its_case(world: World) -> None:
    world.card(world.driver(), "card-1")
    reservation = active(world)
    assert use(start(world, "Card-1")) == reservation


def test_it_is_used_by_a_tag_of_its_group(world: World) -> None:
    world.card(world.driver(), "OTHER", group="Fleet")
    reservation = active(world, parent="FLEET")
    assert use(start(world, "OTHER")) == reservation


def test_it_is_not_used_by_a_tag_that_is_called_like_its_group(world: World) -> None:
    world.card(world.driver(), "FLEET")
    active(world, parent="FLEET")
    assert use(start(world, "FLEET")) is None


def test_it_is_not_used_by_another_tag_or_at_another_connector(world: World) -> None:
    world.card(world.driver(), "OTHER")
    world.card(world.driver(), "CARD-1")
    active(world)
    assert use(start(world, "OTHER")) is None
    assert use(start(world, "CARD-1", connector=world.two)) is None


def test_it_is_used_at_any_connector_where_any_was_kept(world: World) -> None:
    world.card(world.driver(), "CARD-1")
    reservation = reserve(world)
    Reservation.objects.update(connector=None)
    assert use(start(world, "CARD-1", connector=world.two)) == reservation


@pytest.mark.parametrize("named", [True, False])
def test_it_is_not_used_up_by_a_refused_start(world: World, named: bool) -> None:
    world.card(world.driver(), "CARD-1", blocked=True)
    reservation = active(world)
    assert use(start(world, "CARD-1"), reservation.pk if named else None) is None
    reservation.refresh_from_db()
    assert reservation.state == State.ACTIVE


@pytest.mark.parametrize("unknown", [0, -1, 2**31, 2**63, 999_999])
def test_it_makes_nothing_of_an_unknown_id(world: World, unknown: int) -> None:
    world.card(world.driver(), "CARD-1")
    assert use(start(world, "CARD-1"), unknown) is None


def test_it_belongs_to_the_start_that_was_on_the_way_when_it_expired(world: World) -> None:
    world.card(world.driver(), "CARD-1")
    reservation = active(world)
    reservations.sweep(at=UNTIL + minutes(2))
    session = start(world, "CARD-1")
    assert use(session) is None
    assert use(session, reservation.pk) == reservation


def test_it_is_not_used_by_a_start_from_before(world: World) -> None:
    world.card(world.driver(), "CARD-1")
    active(world)
    assert use(world.begin("CARD-1", at=NOW - minutes(60)).session) is None


def test_it_never_fails_a_start(world: World) -> None:
    world.card(world.driver(), "CARD-1")
    reservation, session = active(world), start(world, "CARD-1")
    never: Any = None  # which the table refuses
    assert reservations.use(session=session, reservation_id=reservation.pk, at=never) is None
    assert Session.objects.filter(pk=session.pk).exists()
