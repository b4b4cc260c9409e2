"""POST /api/v1/charging/start: shapes, codes, and what the driver is told."""

import uuid
from datetime import time
from decimal import Decimal
from typing import Any

import pytest

from billing.models import TariffRule
from charging.models import Session
from charging.models.session import State
from charging.tests.app import App, go_live, staff
from charging.tests.world import World, per_kwh
from stations.models import Command, Station


@pytest.fixture
def live(world: World) -> World:
    """The world as of now."""
    return go_live(world)


def test_it_answers_202_with_the_price_and_the_balance(live: World) -> None:
    driver = live.driver("1000.00")
    status, body = App(driver).start(energy_kwh=25.5)
    assert status == 202
    session = Session.objects.get()
    expires = body.pop("expires_at")
    assert expires.endswith("Z")
    assert body == {
        "success": True,
        "id": str(session.public_id),
        "session_id": str(session.public_id),
        "status": "started",
        "state": "requested",
        "station_id": "BSK-01",
        "connector_id": 1,
        "client_id": str(driver.public_id),
        "ocpp_transaction_id": None,
        "asked_by": "app",
        "error": None,
        "message": "The station has been asked to start.",
        "stop_reason": None,
        "receipt_id": None,
        "energy_kwh": 25.5,
        "pricing": {
            "rate_per_kwh": "15.00",
            "rate_per_minute": None,
            "session_fee": None,
            "parking_fee_per_minute": None,
            "currency": "KGS",
            "level": "station",
            "tariff_plan_id": str(live.plan.public_id),
            "discount_percent": 0.0,
            "promo_code": None,
            "active_rule": "Energy",
            "rule_id": TariffRule.objects.get(version__plan=live.plan).pk,
            "rule_details": {
                "name": "Energy",
                "dimension": "per_kwh",
                "price": "15.00",
                "weekdays": [],
                "starts": None,
                "ends": None,
                "valid_from": None,
                "valid_until": None,
                "priority": 0,
            },
            "next_rate_change": None,
            "time_based": False,
        },
        "estimated_cost": "382.50",
        "reserved_amount": "382.50",
        "station_online": True,
        "new_balance": "617.50",
        "held": "382.50",
        "owed": "0.00",
    }


@pytest.mark.parametrize(
    ("asked", "kind", "energy_wh", "amount"),
    [
        ({"amount": "60.00"}, "amount", None, Decimal(60)),
        ({"amount": 60}, "amount", None, Decimal(60)),
        ({"amount_som": 60}, "amount", None, Decimal(60)),
        ({"amount": 60, "amount_som": "60.00"}, "amount", None, Decimal(60)),
        ({"limit_type": "amount", "limit_value": 60}, "amount", None, Decimal(60)),
        ({"limit_type": "energy", "limit_value": "12.345"}, "energy", 12_345, None),
        ({"energy_kwh": "0.001"}, "energy", 1, None),
        ({"energy_kwh": 10, "amount": 60}, "energy", 10_000, Decimal(60)),
        ({"energy_kwh": None, "amount": None}, "", None, None),
        ({}, "", None, None),
    ],
)
def test_it_takes_limits_under_all_their_names(
    live: World, asked: dict[str, Any], kind: str, energy_wh: int | None, amount: Decimal | None
) -> None:
    status, _ = App(live.driver()).start(**asked)
    assert status == 202
    session = Session.objects.get()
    assert (session.limit_kind, session.limit_energy_wh, session.limit_amount) == (kind, energy_wh, amount)


@pytest.mark.parametrize(
    "asked",
    [
        {"station_id": "bsk-01"},
        {"station_id": "BSK_01"},
        {"station_id": "B" * 51},
        {"station_id": None},
        {"connector_id": 0},
        {"connector_id": 11},
        {"connector_id": "first"},
        {"energy_kwh": 0},
        {"energy_kwh": -1},
        {"energy_kwh": 200.001},
        {"energy_kwh": "NaN"},
        {"energy_kwh": "1e3"},
        {"energy_kwh": "0.0001"},
        {"amount": 0},
        {"amount": "0.001"},
        {"amount": -5},
        {"amount": 100_001},
        {"amount": "Infinity"},
        {"amount": True},
        {"amount": "1e2"},
        {"amount": "\uff11\uff10"},
        {"amount": "1_0"},
        {"amount": "+5"},
        {"amount_som": " 5"},
        {"energy_kwh": "+5"},
        {"energy_kwh": "\uff15"},
        {"energy_kwh": True},
        {"limit_type": "amount", "limit_value": "1e2"},
        {"limit_type": "energy", "limit_value": "+5"},
        {"amount": 50, "amount_som": 60},
        {"limit_type": "amount"},
        {"limit_value": "5"},
        {"limit_type": "time", "limit_value": 0},
        {"limit_type": "amount", "limit_value": "lots"},
        {"limit_type": "amount", "limit_value": 5, "amount": 6},
        {"limit_type": "energy", "limit_value": 500},
        {"driver": "me"},
    ],
)
def test_it_refuses_what_has_no_valid_shape(live: World, asked: dict[str, Any]) -> None:
    status, body = App(live.driver()).start(**asked)
    assert (status, body["success"], body["error"]) == (400, False, "invalid_parameters")
    assert not Session.objects.exists()


def test_it_says_when_the_price_changes_next(live: World) -> None:
    """The reference's was always null, as was its plan's id."""
    day, night = per_kwh("15.00", starts=time(7), ends=time(23)), per_kwh("9.00", starts=time(23), ends=time(7))
    live.price(day, night)
    pricing = App(live.driver()).start()[1]["pricing"]
    assert pricing["time_based"] is True
    # 07:00 or 23:00 in Bishkek
    assert pricing["next_rate_change"].endswith(("T01:00:00Z", "T17:00:00Z"))


def test_it_wants_a_login(live: World) -> None:
    status, body = App().start()
    assert (status, body["error"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("balance", "asked", "status", "code"),
    [
        ("0", {}, 402, "zero_balance"),
        ("5", {}, 402, "insufficient_balance"),
        ("20", {"amount": 50}, 402, "amount_exceeds_balance"),
        ("1000", {"connector_id": 3}, 404, "connector_not_found"),
        ("1000", {"station_id": "BSK-99"}, 404, "station_not_found"),
    ],
)
def test_it_says_no_with_a_code_and_a_status(
    live: World, balance: str, asked: dict[str, Any], status: int, code: str
) -> None:
    answered, body = App(live.driver(balance)).start(**asked)
    assert (answered, body["success"], body["error"]) == (status, False, code)
    assert body["message"]


def test_it_keeps_what_it_refused_for_the_driver_to_see(live: World) -> None:
    app = App(live.driver("0"))
    _, body = app.start(amount=50)
    status, seen = app.get(f"/api/v1/charging/{body['details']['session_id']}")
    assert status == 200
    session = seen["session"]
    assert (session["status"], session["state"], session["error"]) == ("error", "failed", "zero_balance")
    assert (session["limit_type"], session["limit_value"], session["current_cost"]) == ("amount", "50.00", "0.00")


def test_it_asks_which_connector(live: World) -> None:
    status, body = App(live.driver()).start(connector_id=None)
    assert (status, body["error"]) == (400, "connector_required")
    assert body["details"]["choices"] == [
        {"connector_id": 1, "type": "CCS2", "max_power_w": 60_000},
        {"connector_id": 2, "type": "CCS2", "max_power_w": 60_000},
    ]


def test_it_hides_a_station_that_is_not_public(live: World) -> None:
    Station.objects.update(is_public=False)
    assert App(live.driver()).start()[1]["error"] == "station_not_found"


def test_it_says_that_the_station_is_away(live: World) -> None:
    live.go_offline()
    status, body = App(live.driver()).start()
    assert (status, body["error"]) == (409, "station_offline")


def test_it_lets_staff_start_for_a_driver(live: World) -> None:
    driver, support = live.driver("100.00"), staff("add_session")
    status, body = App(support).start(driver=str(driver.public_id), amount=50)
    assert (status, body["client_id"], body["new_balance"]) == (202, str(driver.public_id), "50.00")
    session = Session.objects.get()
    assert (session.driver, session.asked_by, session.state) == (driver, Session.AskedBy.OPERATOR, State.REQUESTED)
    assert Command.objects.get().asked_by == f"staff:{support.public_id}"


def test_it_lets_nobody_else_start_for_a_driver(live: World) -> None:
    driver = live.driver()
    for person in (live.driver(), staff()):
        status, body = App(person).start(driver=str(driver.public_id))
        assert (status, body["error"]) == (403, "access_denied")
    status, body = App(staff("add_session")).start(driver=str(uuid.uuid4()))
    assert (status, body["error"]) == (404, "client_not_found")
    assert not Session.objects.exists()


def test_it_takes_oneself_for_the_driver(live: World) -> None:
    driver = live.driver()
    assert App(driver).start(driver=str(driver.public_id))[0] == 202
    assert Session.objects.get().asked_by == Session.AskedBy.APP


@pytest.mark.usefixtures("standing_clock")
def test_it_answers_ten_times_a_minute(live: World) -> None:
    app = App(live.driver("0"))
    statuses = [app.start()[0] for _ in range(11)]
    assert statuses == [402] * 10 + [429]
