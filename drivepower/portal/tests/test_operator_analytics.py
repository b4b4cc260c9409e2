"""The figures of the network for programs: those of the start page, as far as one may see them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.world import bearer
from charging.tests.settling import after, ended, settle
from charging.tests.world import NOW, World
from drivepower.core import alerts
from drivepower.portal.tests.making import staff, superuser

AT = NOW + timedelta(hours=4)


@pytest.fixture
def day(world: World) -> Iterator[World]:
    """25.5 kWh for 382.50 this morning, and a charge that runs at 50 kW."""
    settle(ended(world, world.driver()), at=after(61))
    running = world.charging(world.driver(), at=after(120))
    world.read(running, 6000, at=after(130), power_w=50_000)
    alerts.open_alert(kind="test", subject="x", text="Look", at=AT)
    with time_machine.travel(AT, tick=False):
        yield world


def figures(person: User, address: str, **query: Any) -> Any:
    """What that person is told."""
    answer = APIClient().get(f"/api/v1/operator/analytics/{address}", query, headers=bearer(person))
    assert answer.status_code == 200, answer.json()
    return answer.json()


def test_it_shows_the_network_now(day: World) -> None:
    body = figures(superuser(), "dashboard")

    assert body["stations"] == {"total": 1, "online": 1, "offline": 0}
    assert body["connectors"]["free"] == 2
    assert body["sessions"] == {"charging": 1, "requested": 0, "power_kw": 50.0, "in_review": 0}
    assert body["today"] == {"date": "2026-03-02", "sessions": 2, "energy_kwh": 30.5, "revenue": {"KGS": "382.50"}}
    assert body["yesterday"]["revenue"] == {}
    assert body["open_alerts"] == 1


def test_it_shows_use_day_by_day(day: World) -> None:
    body = figures(superuser(), "usage", days=3)

    assert [one["date"] for one in body["days"]] == ["2026-02-28", "2026-03-01", "2026-03-02"]
    assert (body["sessions"], body["energy_kwh"], body["revenue"]) == (2, 30.5, {"KGS": "382.50"})
    assert body["days"][-1]["revenue"] == {"KGS": "382.50"}


def test_it_shows_a_technician_no_money(day: World) -> None:
    body = figures(staff("Technician"), "dashboard")

    assert (body["stations"]["total"], body["today"]["sessions"]) == (1, 2)
    assert (body["today"]["revenue"], body["held_in_review"]) == (None, None)
    assert figures(staff("Finance"), "usage")["revenue"] == {"KGS": "382.50"}


@pytest.mark.parametrize("days", ["0", "93", "x"])
def test_it_refuses_other_spans(world: World, days: str) -> None:
    answer = APIClient().get("/api/v1/operator/analytics/usage", {"days": days}, headers=bearer(superuser()))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
