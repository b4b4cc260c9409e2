"""POST /api/v1/charging/stop: stopping until the station says so."""

import uuid

import pytest

from charging.models import Session
from charging.models.session import State
from charging.tests.app import App, go_live, staff
from charging.tests.world import NOW, World, minutes
from stations.models import Command


@pytest.fixture
def live(world: World) -> World:
    """The world as of now."""
    return go_live(world)


def test_it_asks_the_station(live: World) -> None:
    driver = live.driver()
    session = live.charging(driver)
    status, body = App(driver).stop(str(session.public_id))
    assert status == 200
    assert (body["success"], body["status"], body["state"]) == (True, "stopping", "stopping")
    assert body["session_id"] == body["session"]["session_id"] == str(session.public_id)
    command = Command.objects.get(intent="stop_charging")
    assert command.asked_by == f"driver:{driver.public_id}"
    assert Session.objects.get().stop_cause == "driver"


@pytest.mark.usefixtures("standing_clock")  # the answer tells how long it has been charging
def test_it_may_be_asked_twice(live: World) -> None:
    driver = live.driver()
    app, session = App(driver), live.charging(driver)
    assert app.stop(str(session.public_id)) == app.stop(str(session.public_id))
    live.end(session, 2000, at=NOW + minutes(5))
    status, body = app.stop(str(session.public_id))
    assert (status, body["status"], body["state"]) == (200, "stopped", "ended")


def test_it_cancels_a_start(live: World) -> None:
    driver = live.driver()
    session = live.request(driver)
    status, body = App(driver).stop(str(session.public_id))
    assert (status, body["status"], body["session"]["error"]) == (200, "error", "start_cancelled")
    assert live.wallet(driver).held == 0


def test_it_finds_nobody_elses_session(live: World) -> None:
    session = live.charging(live.driver())
    for session_id in (str(session.public_id), str(uuid.uuid4()), str(session.pk), "x", session.ocpp_id):
        status, body = App(live.driver()).stop(session_id)
        assert (status, body["error"]) == (404, "session_not_found")
    assert Session.objects.get().state == State.ACTIVE


@pytest.mark.parametrize("body", [{}, {"session_id": None}, {"session_id": "x" * 65}, {"session_id": ["a"]}])
def test_it_refuses_what_has_no_valid_shape(live: World, body: dict[str, object]) -> None:
    status, answer = App(live.driver()).post("/api/v1/charging/stop", **body)
    assert (status, answer["error"]) == (400, "invalid_parameters")


def test_it_lets_staff_stop_what_staff_has_started(live: World) -> None:
    person, driver = staff("add_session"), live.driver()
    started = App(person).start(driver=str(driver.public_id))[1]["session_id"]
    session = Session.objects.get()
    live.begin(session.tag)
    assert App(staff()).stop(started)[0] == 404
    status, body = App(person).stop(started)
    assert (status, body["state"]) == (200, "stopping")
    assert Session.objects.get().stop_cause == "operator"
    assert Command.objects.get(intent="stop_charging").asked_by == f"staff:{person.public_id}"


def test_it_lets_staff_stop_nothing_that_a_driver_has_started(live: World) -> None:
    session = live.charging(live.driver())
    assert App(staff("add_session")).stop(str(session.public_id))[0] == 404
