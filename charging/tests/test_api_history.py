"""A driver's past: page by page with its total, and in figures that agree with the receipts."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.models import Receipt
from charging.models import Session
from charging.tests.app import App
from charging.tests.settling import settle
from charging.tests.world import NOW, World, minutes

CHARGES, STATS = "/api/v1/history/charging", "/api/v1/history/stats"


def past(world: World, driver: User, energy_wh: int = 25_500, *, days: int = 0) -> Session:
    """A settled session of an hour, so many days ago."""
    at = NOW - minutes(days * 24 * 60)
    session = world.charging(driver, at=at)
    world.end(session, 1000 + energy_wh, at=at + minutes(60))
    settle(session, at=at + minutes(61))
    return session


def test_it_pages_by_offset_with_a_total(world: World) -> None:
    driver = world.driver("5000.00")
    sessions = [past(world, driver, days=days) for days in (2, 1, 0)]
    status, body = App(driver).get(CHARGES, limit=2, offset=1)
    assert (status, body["total"], body["limit"], body["offset"], body["next"]) == (200, 3, 2, 1, None)
    assert [row["id"] for row in body["data"]] == [str(one.public_id) for one in (sessions[1], sessions[0])]


def test_it_leaves_out_what_runs_and_what_failed(world: World) -> None:
    driver = world.driver()
    world.charging(driver)
    assert App(driver).get(CHARGES)[1]["data"] == []
    assert App(driver).get(STATS)[1]["sessions"] == 0


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1000}, {"offset": -1}, {"limit": "x"}], ids=str)
def test_it_survives_odd_pages(world: World, query: dict[str, object]) -> None:
    status, body = App(world.driver()).get(CHARGES, **query)
    assert (status, 0 < body["limit"] <= 100, body["offset"]) == (200, True, 0)


def test_it_sums_up_by_month_and_station(world: World) -> None:
    driver = world.driver("5000.00")
    past(world, driver, 10_000, days=40)
    past(world, driver, 20_000, days=1)
    past(world, driver, 5_500)
    _, body = App(driver).get(STATS)
    spent = sum(Receipt.objects.values_list("gross", flat=True), Decimal(0))
    assert (body["sessions"], body["energy_kwh"], body["seconds"]) == (3, 35.5, 3 * 3600)
    assert body["spent"] == {"KGS": f"{spent:.2f}"} == {"KGS": "532.50"}
    assert [(one["month"], one["sessions"], one["spent"]) for one in body["months"]] == [
        ("2026-03", 2, {"KGS": "382.50"}),
        ("2026-01", 1, {"KGS": "150.00"}),
    ]
    assert body["stations"] == [{"station_id": "BSK-01", "sessions": 3, "energy_kwh": 35.5}]


def test_it_counts_nothing_of_anybody_else(world: World) -> None:
    past(world, world.driver())
    other = App(world.driver())
    assert other.get(STATS)[1]["sessions"] == 0
    assert other.get(CHARGES)[1]["total"] == 0


def test_it_asks_as_much_of_the_database_whatever_the_number(world: World) -> None:
    driver = world.driver("9000.00")

    def queries(route: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            App(driver).get(route)
        return len(captured)

    past(world, driver, days=9)
    few = [queries(route) for route in (CHARGES, STATS)]
    for days in range(4):
        past(world, driver, days=days)
    assert [queries(route) for route in (CHARGES, STATS)] == few
