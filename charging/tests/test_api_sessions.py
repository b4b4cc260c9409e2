"""What a driver sees of a session, and of all of them; never anything of anybody else's."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from charging import settlement
from charging.models import Session, SessionMeter
from charging.models.session import State
from charging.tests.app import App, go_live
from charging.tests.world import NOW, World, minutes
from stations.models import Connector

LISTS = ["/api/sessions/me", "/api/v1/sessions"]


@pytest.fixture
def live(world: World) -> World:
    """The world as of now."""
    return go_live(world)


def seen(driver: User, session: Session, *, under: str = "/api/v1/charging/") -> dict[str, Any]:
    """The session as the app shows it."""
    status, body = App(driver).get(f"{under}{session.public_id}")
    assert (status, body["success"]) == (200, True)
    shown: dict[str, Any] = body["session"]
    return shown


def past(world: World, driver: User) -> Session:
    """A session of an hour and 25.5 kWh, settled."""
    session = world.charging(driver, amount=Decimal(500))
    world.end(session, 26_500, at=NOW + minutes(60))
    settlement.settle(session_id=session.pk, at=NOW + minutes(61))
    session.refresh_from_db()
    return session


def test_it_shows_a_charge_as_it_runs(live: World) -> None:
    driver = live.driver("1000.00")
    session = live.charging(driver, amount=Decimal("300.00"))
    live.read(session, 5000, at=NOW + minutes(10), power_w=22_500)
    SessionMeter.objects.update(running_cost=Decimal("60.00"), soc=Decimal("41.5"))
    shown = seen(driver, session)
    running = ("duration_seconds", "charging_duration_minutes")
    assert all(shown.pop(name) > 0 for name in running)
    assert shown == {
        "id": str(session.public_id),
        "session_id": str(session.public_id),
        "status": "started",
        "state": "active",
        "station_id": "BSK-01",
        "connector_id": 1,
        "client_id": str(driver.public_id),
        "ocpp_transaction_id": str(session.pk),
        "asked_by": "app",
        "error": None,
        "message": None,
        "stop_reason": None,
        "receipt_id": None,
        "energy_consumed": 4.0,
        "energy_kwh": 4.0,
        "current_cost": "60.00",
        "current_amount": "60.00",
        "power_kw": 22.5,
        "ev_battery_soc": 41.5,
        "meter_start": 1.0,
        "meter_current": 5.0,
        "limit_type": "amount",
        "limit_value": "300.00",
        "limit_reached": False,
        "limit_percentage": 20.0,
        "progress_percent": 20.0,
        "rate_per_kwh": "15.00",
        "session_fee": None,
        "currency": "KGS",
        "reserved_amount": "300.00",
        "station_online": True,
        "requested_at": "2026-03-02T09:00:00Z",
        "start_time": "2026-03-02T09:00:00Z",
        "stop_time": None,
    }


def test_it_shows_a_charge_that_is_paid(live: World) -> None:
    driver = live.driver("1000.00")
    session = past(live, driver)
    shown = seen(driver, session, under="/api/v1/charging/status/")
    assert session.receipt is not None
    assert (shown["status"], shown["state"]) == ("stopped", "settled")
    assert (shown["energy_kwh"], shown["current_cost"], shown["power_kw"]) == (25.5, "382.50", None)
    assert shown["receipt_id"] == str(session.receipt.public_id)
    assert (shown["duration_seconds"], shown["charging_duration_minutes"]) == (3600, 60)
    assert (shown["reserved_amount"], shown["limit_percentage"]) == ("500.00", 76.5)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.REQUESTED, "started"),
        (State.ACTIVE, "started"),
        (State.STOPPING, "stopping"),
        (State.ENDED, "stopped"),
        (State.REVIEW, "stopped"),
        (State.SETTLED, "stopped"),
        (State.WAIVED, "stopped"),
        (State.FAILED, "error"),
    ],
)
def test_it_keeps_the_words_that_clients_know(live: World, state: State, status: str) -> None:
    driver = live.driver()
    session = live.charging(driver)
    Session.objects.update(state=state, holds_connector=False, stopped_at=NOW)
    shown = seen(driver, session)
    assert (shown["status"], shown["state"]) == (status, state.value)


def test_it_shows_a_session_before_its_start(live: World) -> None:
    driver = live.driver()
    session = live.request(driver, energy_wh=10_000)
    shown = seen(driver, session)
    assert (shown["limit_type"], shown["limit_value"], shown["progress_percent"]) == ("energy", 10.0, 0.0)
    assert (shown["meter_start"], shown["meter_current"], shown["start_time"]) == (None, None, None)
    assert shown["duration_seconds"] == 0


def test_it_says_that_a_limit_was_reached(live: World) -> None:
    driver = live.driver()
    session = live.charging(driver)
    for cause, reached in (("limit", True), ("reserve", True), ("driver", False)):
        Session.objects.update(stop_cause=cause)
        assert seen(driver, session)["limit_reached"] is reached


@pytest.mark.parametrize("under", ["/api/v1/charging/", "/api/v1/charging/status/"])
def test_it_finds_nobody_elses_session(live: World, under: str) -> None:
    session = live.charging(live.driver())
    app = App(live.driver())
    for session_id in (session.public_id, session.pk, "x", "00000000-0000-0000-0000-000000000000"):
        status, body = app.get(f"{under}{session_id}")
        assert (status, body["error"]) == (404, "session_not_found")
    assert App().get(f"{under}{session.public_id}")[0] == 401


@pytest.mark.parametrize("address", [*LISTS, "/api/sessions/active"])
def test_it_lists_ones_own_sessions_alone(live: World, address: str) -> None:
    mine, theirs = live.driver(), live.driver()
    live.charging(theirs, connector=2)
    session = live.charging(mine)
    status, body = App(mine).get(address)
    assert (status, body["success"], body["next"]) == (200, True, None)
    assert [shown["session_id"] for shown in body["data"]] == [str(session.public_id)]
    assert App(live.driver()).get(address)[1]["data"] == []
    assert App().get(address)[0] == 401


def test_it_lists_running_sessions_apart(live: World) -> None:
    driver = live.driver()
    past(live, driver)
    running = live.charging(driver, at=NOW + minutes(90))
    _, body = App(driver).get("/api/sessions/active")
    assert [shown["session_id"] for shown in body["data"]] == [str(running.public_id)]


@pytest.mark.parametrize("address", LISTS)
def test_it_lists_the_newest_first_page_by_page(live: World, address: str) -> None:
    driver = live.driver("5000.00")
    sessions = []
    for hour in range(3):
        session = live.charging(driver, at=NOW + minutes(60 * hour))
        live.end(session, 2000, at=NOW + minutes(60 * hour + 30))
        sessions.append(str(session.public_id))
    app = App(driver)
    _, first = app.get(address, limit=2)
    _, second = app.get(first["next"])
    pages = [[shown["session_id"] for shown in page["data"]] for page in (first, second)]
    assert pages == [sessions[:0:-1], sessions[:1]]
    assert second["next"] is None


@pytest.mark.parametrize("address", LISTS)
def test_it_narrows_the_list_by_state(live: World, address: str) -> None:
    driver = live.driver()
    past(live, driver)
    app = App(driver)
    assert len(app.get(address, state="settled")[1]["data"]) == 1
    assert app.get(address, state="failed")[1]["data"] == []
    status, body = app.get(address, state="sleeping")
    assert (status, body["error"]) == (400, "invalid_parameters")


@pytest.mark.parametrize("address", [*LISTS, "/api/sessions/active"])
def test_it_asks_the_database_as_often_for_many_as_for_one(live: World, address: str) -> None:
    driver = live.driver("9000.00")
    live.card(driver, sessions_at_once=9)
    app = App(driver)

    def cost(sessions: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            _, body = app.get(address)
        assert len(body["data"]) == sessions
        return len(queries)

    live.begin("CARD-1")
    alone = cost(1)
    for number in range(2, 7):
        connector, _ = Connector.objects.get_or_create(station=live.station, number=number)
        session = live.begin("CARD-1", connector=connector, at=NOW + minutes(number)).session
        SessionMeter.objects.create(session=session, energy_wh=5)
    assert cost(6) == alone
