"""Keeping a connector for somebody: asked, answered, shown, cancelled, and who may start there."""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import IdTag
from charging import reservations
from charging.models import Reservation, Session
from charging.tests.world import NOW, World, minutes
from drivepower.core.refusals import Refusal
from stations.models import Command, Connector

State = Reservation.State
UNTIL = NOW + minutes(30)


def reserve(world: World, *, tag: str = "CARD-1", connector: Connector | None = None, **said: Any) -> Reservation:
    """Connector 1 is asked to be kept for half an hour."""
    wish: dict[str, Any] = {"parent": "", "driver": None, "until": UNTIL, "asked_by": "staff:1", "at": NOW} | said
    return reservations.reserve(station=world.station, connector=connector or world.one, tag=tag, **wish)


def answer(reservation: Reservation, word: str, *, at: datetime = NOW, **fresh: Any) -> Reservation:
    """The station answers, to what was asked or to something fresher with the same id."""
    said: dict[str, Any] = {
        "connector": reservation.connector,
        "tag": reservation.tag,
        "parent": reservation.parent_tag,
    }
    said |= {"until": reservation.until} | fresh
    reservations.note_answer(station_id=reservation.station_id, reservation_id=reservation.pk, word=word, at=at, **said)
    reservation.refresh_from_db()
    return reservation


def active(world: World, **said: Any) -> Reservation:
    """A reservation that the station keeps."""
    return answer(reserve(world, **said), "Accepted")


def test_it_asks_the_station(world: World) -> None:
    card = world.card(world.driver(), "CARD-1")
    reservation = reserve(world, parent="FLEET")
    assert (reservation.state, reservation.id_tag, reservation.driver) == (State.REQUESTED, card, card.user)
    command = Command.objects.get()
    assert (command.intent, command.subject) == ("reserve", f"reservation:{reservation.pk}")
    assert command.payload == {
        "id": reservation.pk,
        "connector": 1,
        "id_tag": "CARD-1",
        "parent": "FLEET",
        "until": UNTIL.isoformat(),
    }
    assert command.awaits == "status:1:Reserved"


def test_it_reserves_any_connector_of_a_station(world: World) -> None:
    reservation = reservations.reserve(
        station=world.station, connector=None, tag="T", parent="", driver=None, until=UNTIL, asked_by="x", at=NOW
    )
    assert (reservation.connector, Command.objects.get().payload["connector"]) == (None, 0)


@pytest.mark.parametrize("wish", [{"until": NOW}, {"tag": ""}, {"tag": "X" * 21}], ids=["past", "no tag", "long tag"])
def test_it_refuses_what_no_station_can_keep(world: World, wish: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        reserve(world, **wish)
    assert refused.value.code == "invalid_parameters"


def test_it_keeps_a_connector_for_one_only(world: World) -> None:
    reserve(world)
    with pytest.raises(Refusal) as refused:
        reserve(world, tag="CARD-2")
    assert refused.value.code == "connector_occupied"
    assert Command.objects.count() == 1


@pytest.mark.parametrize("word", ["Faulted", "Occupied", "Rejected", "Unavailable", "NotSupported"])
def test_it_notes_why_the_station_refuses(world: World, word: str) -> None:
    reservation = answer(reserve(world), word)
    assert (reservation.state, reservation.answer, reservation.ended_at) == (State.REFUSED, word, NOW)
    assert active(world).state == State.ACTIVE  # the connector is free for another


def test_it_changes_a_reservation_in_place_when_the_station_takes_the_same_id_again(world: World) -> None:
    later = UNTIL + minutes(10)
    reservation = answer(active(world), "Accepted", tag="CARD-2", until=later)
    assert (reservation.state, reservation.tag, reservation.until) == (State.ACTIVE, "CARD-2", later)
    assert answer(reservation, "Occupied", tag="CARD-3").tag == "CARD-2"
    assert reservation.state == State.ACTIVE


def test_it_keeps_to_the_connector_that_the_station_names(world: World) -> None:
    """A reservation that moves to a connector ends the one that we thought was there."""
    first, second = active(world), active(world, connector=world.two, tag="CARD-2")
    answer(first, "Accepted", connector=world.two)
    second.refresh_from_db()
    assert (first.connector, first.state, second.state) == (world.two, State.ACTIVE, State.ENDED)


def test_it_takes_back_what_was_not_sent(world: World) -> None:
    reservation = reservations.cancel(reservation=reserve(world), asked_by="staff:1", at=NOW)
    assert (reservation.state, Command.objects.get().state) == (State.CANCELLED, "failed")


def test_it_asks_the_station_to_cancel(world: World) -> None:
    reservation = reserve(world)
    Command.objects.update(state="accepted", sent_at=NOW, answered_at=NOW)
    answer(reservation, "Accepted")
    reservations.cancel(reservation=reservation, asked_by="staff:1", at=NOW)
    command = Command.objects.latest("pk")
    assert (command.intent, command.payload) == ("cancel_reservation", {"id": reservation.pk})
    reservation.refresh_from_db()
    assert reservation.state == State.ACTIVE
    assert reservations.note_cancelled(station_id=world.station.pk, reservation_id=reservation.pk, at=NOW)
    reservation.refresh_from_db()
    assert (reservation.state, reservation.ended_at) == (State.CANCELLED, NOW)


def test_it_cancels_nothing_twice(world: World) -> None:
    reservation = answer(reserve(world), "Rejected")
    Command.objects.all().delete()
    assert reservations.cancel(reservation=reservation, asked_by="staff:1", at=NOW).state == State.REFUSED
    assert not Command.objects.exists()


def test_it_hears_nothing_of_another_stations_reservation(world: World) -> None:
    reservation = active(world)
    said: dict[str, Any] = {"connector": None, "tag": "", "parent": "", "until": UNTIL}
    assert not reservations.note_cancelled(station_id=0, reservation_id=reservation.pk, at=NOW)
    assert not reservations.note_answer(station_id=0, reservation_id=reservation.pk, word="Rejected", at=NOW, **said)


@pytest.mark.parametrize(
    ("status", "when", "state"),
    [
        ("Reserved", 1, State.ACTIVE),
        ("Faulted", 1, State.ENDED),
        ("Unavailable", 1, State.ENDED),
        ("Available", 1, State.REQUESTED),
        ("Available", 29.5, State.EXPIRED),
        ("Preparing", 40, State.REQUESTED),
    ],
)
def test_it_understands_what_the_connector_shows(world: World, status: str, when: float, state: str) -> None:
    reservation, other = reserve(world), reserve(world, connector=world.two)
    reservations.note_status(station_id=world.station.pk, number=1, status=status, at=NOW + minutes(when))
    reservation.refresh_from_db()
    other.refresh_from_db()
    assert (reservation.state, other.state) == (state, State.REQUESTED)


def test_it_keeps_other_drivers_away(world: World) -> None:
    active(world, driver=world.driver(), tag="")
    for status in ("Available", "Reserved"):
        world.say(world.one, status, at=NOW)
        with pytest.raises(Refusal) as refused:
            world.request(world.driver())
        assert refused.value.code == "connector_occupied"
    assert world.request(world.driver(), connector=2).state == Session.State.REQUESTED


def test_it_lets_its_own_driver_start_with_the_tag_that_the_station_expects(world: World) -> None:
    driver = world.driver()
    reservation = active(world, driver=driver, tag="")
    assert reservation.id_tag is not None
    assert reservation.id_tag.kind == IdTag.Kind.VIRTUAL
    world.say(world.one, "Reserved", at=NOW)
    first = world.request(driver, at=NOW + minutes(1))
    assert first.tag == reservation.tag
    first.move(Session.State.REQUESTED, Session.State.FAILED, holds_connector=False)
    IdTag.objects.update(blocked=True)
    second = world.request(driver, at=NOW + minutes(2))
    began = world.begin(reservation.tag, at=NOW + minutes(3))
    assert (began.session, began.status) == (second, "Accepted")
    assert reservations.use(session=began.session, reservation_id=None, at=NOW + minutes(3)) == reservation


def test_it_lets_its_own_driver_start_anywhere_where_any_connector_is_kept(world: World) -> None:
    driver = world.driver()
    reservation = reservations.reserve(
        station=world.station, connector=None, tag="", parent="", driver=driver, until=UNTIL, asked_by="x", at=NOW
    )
    assert world.request(driver, connector=2).tag == reservation.tag
    assert world.request(world.driver(), connector=1).tag != reservation.tag


def test_it_uses_the_tag_of_the_connector_before_that_of_any(world: World) -> None:
    driver = world.driver()
    reservations.reserve(
        station=world.station, connector=None, tag="", parent="", driver=driver, until=UNTIL, asked_by="x", at=NOW
    )
    reservation = active(world, driver=driver, tag="")
    assert world.request(driver).tag == reservation.tag


def test_it_leaves_its_successor_alone_when_the_station_answers_too_late(world: World) -> None:
    old = reserve(world, until=NOW + minutes(1))
    reservations.sweep(at=NOW + minutes(2))
    new = reserve(world, tag="CARD-2", at=NOW + minutes(2))
    assert answer(old, "Accepted", at=NOW + minutes(2)).state == State.EXPIRED
    new.refresh_from_db()
    assert new.state == State.REQUESTED
    assert answer(new, "Accepted", at=NOW + minutes(3)).state == State.ACTIVE


def test_it_lets_its_own_driver_start_with_the_card_that_the_station_expects(world: World) -> None:
    driver = world.driver()
    card = world.card(driver)
    reservation = active(world)
    world.say(world.one, "Reserved", at=NOW)
    asked = world.request(driver, at=NOW + minutes(1))
    assert asked.tag == "CARD-1"
    began = world.begin("card-1", at=NOW + minutes(2))
    assert (began.session, began.status, began.session.state) == (asked, "Accepted", Session.State.ACTIVE)
    assert Session.objects.count() == 1
    assert reservations.use(session=began.session, reservation_id=None, at=NOW + minutes(2)) == reservation
    world.end(began.session, 2000, at=NOW + minutes(9))
    card.refresh_from_db()
    assert card.blocked is False


def test_it_does_not_take_a_start_from_before_for_the_one_that_was_asked(world: World) -> None:
    """The card has charged here while the station was away; the app asks now."""
    driver = world.driver()
    world.card(driver, sessions_at_once=2)
    active(world)
    world.say(world.one, "Reserved", at=NOW)
    asked = world.request(driver, at=NOW + minutes(1))
    began = world.begin("CARD-1", at=NOW - minutes(60), received_at=NOW + minutes(2))
    assert began.session != asked
    asked.refresh_from_db()
    assert asked.state == Session.State.REQUESTED
