"""New starts are turned off, everywhere or at one place: nobody new charges, who charges goes on."""

import pytest
from django.test import Client

from accounts.models import IdTag
from charging.authorization import authorize
from charging.models import Session
from charging.tests.world import NOW, World
from drivepower.core import switches
from drivepower.core.errors import status_of
from drivepower.core.refusals import Refusal
from stations.models import Location

EVERYWHERE, HERE = "everywhere", "here"


@pytest.fixture(params=[EVERYWHERE, HERE])
def pause(request: pytest.FixtureRequest, world: World) -> str:
    """How new starts are off."""
    how: str = request.param
    turn(world, how, is_on=False)
    return how


def turn(world: World, how: str, *, is_on: bool) -> None:
    """Turn starts, everywhere or at the world's place."""
    if how == EVERYWHERE:
        switches.turn(name=switches.STARTS, is_on=is_on, by="staff:x", at=NOW)
    else:
        place = place_of(world)
        Location.objects.filter(pk=place.pk).update(starts_paused=not is_on)


def place_of(world: World) -> Location:
    """Where the world's station stands."""
    place = world.station.location
    assert place is not None
    return place


def status(world: World, *, starting: bool = False) -> str:
    """What the station is told of the card."""
    return authorize(tag="CARD-1", station=world.station, at=NOW, starting=starting).status


def test_a_driver_starts_nothing_and_no_money_is_held(world: World, pause: str) -> None:
    driver = world.driver()
    with pytest.raises(Refusal) as refused:
        world.request(driver)
    assert (refused.value.code, status_of(refused.value.code)) == ("starts_paused", 409)
    assert Session.objects.get().failure == "starts_paused"
    assert (world.wallet(driver).held, world.wallet(driver).balance) == (0, 1000)
    turn(world, pause, is_on=True)
    assert world.request(driver).state == Session.State.REQUESTED


def test_a_card_is_blocked_until_it_is_turned_on_again(world: World, pause: str) -> None:
    world.card(world.driver())
    assert [status(world), status(world, starting=True)] == ["Blocked", "Blocked"]
    turn(world, pause, is_on=True)
    assert [status(world), status(world, starting=True)] == ["Accepted", "Accepted"]


def test_a_technician_may_try_it_out(world: World, pause: str) -> None:
    world.card(kind=IdTag.Kind.SERVICE)
    assert status(world, starting=True) == "Accepted"


def test_who_charges_goes_on_and_may_stop_by_card(world: World) -> None:
    card = world.card(world.driver())
    begun = world.begin(tag=card.value)
    turn(world, HERE, is_on=False)
    assert status(world) == "Accepted"
    assert begun.session is not None
    assert Session.objects.get(pk=begun.session.pk).state == Session.State.ACTIVE


def test_another_place_is_as_ever(world: World) -> None:
    world.card(world.driver())
    other = Location.objects.create(
        code="OTHER", name={}, address="x", latitude="42", longitude="74", starts_paused=True
    )
    assert other.starts_paused
    assert status(world, starting=True) == "Accepted"


def test_everybody_reads_that_it_is_so_and_why(world: World, pause: str) -> None:
    place = place_of(world)
    Location.objects.filter(pk=place.pk).update(notice={"en": "The lift is closed", "ru": "Лифт закрыт"})
    client = Client()
    for language, words in (("en", "The lift is closed"), ("ru", "Лифт закрыт")):
        headers = {"Accept-Language": language}
        station = client.get(f"/api/v1/stations/{world.station.code}", headers=headers).json()["station"]
        location = client.get(f"/api/v1/locations/{place.code}", headers=headers).json()["location"]
        for shown in (station["location"], location):
            assert (shown["notice"], shown["starts_paused"]) == (words, True)
        assert words in client.get(f"/c/{world.station.code}/1?lang={language}").text
    assert "New charges cannot be started here now" in client.get(f"/c/{world.station.code}/1?lang=en").text


def test_without_a_word_there_is_none(world: World) -> None:
    place = place_of(world)
    shown = Client().get(f"/api/v1/locations/{place.code}").json()["location"]
    assert (shown["notice"], shown["starts_paused"]) == (None, False)
    assert "notice" not in Client().get(f"/c/{world.station.code}/1").text
