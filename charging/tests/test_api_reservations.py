"""An app keeps a connector for its driver: asked, told why not, given up; nobody sees anybody else's."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from billing.tests.threads import at_once
from charging import reservations
from charging.models import Reservation
from charging.tests.app import App, go_live
from charging.tests.world import World, minutes
from stations.models import Command, ConfigurationKey

ROUTE = "/api/v1/reservations"
State = Reservation.State


@pytest.fixture
def live(world: World) -> World:
    """The world as of now."""
    return go_live(world)


def book(driver: User, **asked: Any) -> tuple[int, Any]:
    """The app asks for connector 1."""
    return App(driver).post(ROUTE, **({"station_id": "BSK-01", "connector_id": 1} | asked))


def answer(word: str) -> None:
    """The station answers the newest reservation."""
    one = Reservation.objects.latest("pk")
    reservations.note_answer(
        station_id=one.station_id,
        reservation_id=one.pk,
        word=word,
        connector=one.connector,
        tag=one.tag,
        parent=one.parent_tag,
        until=one.until,
        at=timezone.now(),
    )


def test_it_asks_the_station_and_answers_at_once(live: World) -> None:
    status, body = book(live.driver(), minutes=30)
    shown = body["reservation"]
    assert (status, shown["state"], shown["station_id"], shown["connector_id"]) == (202, "requested", "BSK-01", 1)
    assert Command.objects.get().intent == "reserve"


def test_it_is_active_once_the_station_says_so_and_its_driver_may_start(live: World) -> None:
    driver, other = live.driver(), live.driver()
    _, body = book(driver)
    answer("Accepted")
    live.say(live.one, "Reserved", at=timezone.now())
    shown = App(driver).get(f"{ROUTE}/{body['reservation']['id']}")[1]["reservation"]
    assert (shown["state"], shown["error"]) == ("active", None)
    assert App(other).start()[1]["error"] == "connector_occupied"
    assert App(driver).start()[0] == 202


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Occupied", "connector_occupied"),
        ("Rejected", "reservation_refused"),
        ("NotSupported", "reservation_not_supported"),
        ("Faulted", "station_unavailable"),
    ],
)
def test_it_says_why_the_station_refused(live: World, word: str, code: str) -> None:
    driver = live.driver()
    book(driver)
    answer(word)
    shown = App(driver).get(ROUTE)[1]["data"][0]
    assert (shown["state"], shown["error"]) == ("refused", code)


def test_it_says_at_once_what_the_station_has_said_it_cannot(live: World) -> None:
    ConfigurationKey.objects.create(
        station=live.station, key="SupportedFeatureProfiles", value="Core,SmartCharging", read_at=timezone.now()
    )
    status, body = book(live.driver())
    assert (status, body["error"]) == (409, "reservation_not_supported")
    assert not Command.objects.exists()


def test_it_refuses_what_is_taken(live: World) -> None:
    assert book(live.driver())[0] == 202
    status, body = book(live.driver())
    assert (status, body["error"]) == (409, "connector_occupied")


def test_it_refuses_a_second_one_of_the_same_driver(live: World) -> None:
    driver = live.driver()
    book(driver)
    status, body = book(driver, connector_id=2)
    assert (status, body["error"]) == (409, "reservation_already_active")


def test_it_refuses_a_debtor(live: World) -> None:
    driver = live.driver()
    wallet = live.wallet(driver)
    type(wallet).objects.filter(pk=wallet.pk).update(owed=5)
    assert book(driver)[1]["error"] == "debt_open"


def test_it_refuses_a_station_that_is_away(live: World) -> None:
    live.go_offline(at=timezone.now())
    assert book(live.driver())[1]["error"] == "station_offline"


@pytest.mark.parametrize("lasting", [0, 61, -5, "x", 1e9])
def test_it_refuses_other_times_than_one_to_sixty_minutes(live: World, lasting: Any) -> None:
    status, body = book(live.driver(), minutes=lasting)
    assert (status, body["error"]) == (400, "invalid_parameters")


def test_it_takes_back_what_was_not_sent(live: World) -> None:
    driver = live.driver()
    _, body = book(driver)
    answered = App(driver).client.delete(f"{ROUTE}/{body['reservation']['id']}")
    assert answered.json()["reservation"]["state"] == "cancelled"
    assert Command.objects.get().state == Command.State.FAILED


def test_it_asks_the_station_to_forget_what_it_keeps(live: World) -> None:
    driver = live.driver()
    _, body = book(driver)
    Command.objects.update(state=Command.State.SENT, sent_at=timezone.now())
    answer("Accepted")
    App(driver).client.delete(f"{ROUTE}/{body['reservation']['id']}")
    assert Command.objects.latest("pk").intent == "cancel_reservation"


def test_it_shows_nobody_anybody_elses(live: World) -> None:
    _, body = book(live.driver())
    address, other = f"{ROUTE}/{body['reservation']['id']}", App(live.driver())
    assert other.get(address)[1]["error"] == "reservation_not_found"
    assert other.client.delete(address).json()["error"] == "reservation_not_found"
    assert other.get(ROUTE)[1]["data"] == []
    assert other.get(f"{ROUTE}/{uuid.uuid4()}")[0] == 404
    assert Reservation.objects.get().state == State.REQUESTED


def test_it_is_asked_once_by_one_key(live: World) -> None:
    driver, key = live.driver(), uuid.uuid4().hex
    said = {"station_id": "BSK-01", "connector_id": 1}
    app = App(driver).client
    answers = [app.post(ROUTE, said, format="json", HTTP_IDEMPOTENCY_KEY=key) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert Reservation.objects.count() == 1


def test_it_lists_in_as_many_queries_whatever_the_number(live: World) -> None:
    driver = live.driver()

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            App(driver).get(ROUTE)
        return len(captured)

    def keep(count: int) -> None:
        for _ in range(count):
            book(driver)
            reservations.cancel(reservation=Reservation.objects.latest("pk"), asked_by="driver:1", at=timezone.now())

    keep(1)
    few = queries()
    keep(4)
    assert queries() == few


def test_it_gives_one_connector_to_one_of_two_who_ask_together(shared_world: World) -> None:
    live = go_live(shared_world)
    drivers = [live.driver() for _ in range(4)]
    statuses = at_once(*[lambda one=one: book(one)[0] for one in drivers])
    assert sorted(statuses) == [202, 409, 409, 409]


def test_it_gives_one_driver_one_of_two_that_are_asked_for_together(shared_world: World) -> None:
    live = go_live(shared_world)
    driver = live.driver()
    statuses = at_once(*[lambda number=number: book(driver, connector_id=number)[0] for number in (1, 2)])
    assert sorted(statuses) == [202, 409]
    assert Reservation.objects.holding().filter(until__gt=timezone.now() - minutes(1)).count() == 1
