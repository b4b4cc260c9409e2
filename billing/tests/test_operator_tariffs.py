"""Tariff plans through the operator API: followed, never edited."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Company, User
from accounts.tests.test_operator_people import Desk
from accounts.tests.world import chinara
from billing.models import TariffPlan, TariffVersion

pytestmark = pytest.mark.django_db
ENERGY = {"name": "Energy", "dimension": "per_kwh", "price": "15.00"}
NIGHT = {**ENERGY, "name": "Night", "price": "9.5", "starts": "22:00", "ends": "07:00", "priority": 1}


@pytest.fixture
def desk() -> Desk:
    return Desk(chinara())


def made(desk: Desk, name: str = "City") -> str:
    status, body = desk.post("tariff-plans", name=name)
    assert (status, body["plan"]["version"], body["plan"]["currency"]) == (201, None, "KGS")
    key: str = body["plan"]["id"]
    return key


def test_it_publishes_a_version_that_is_in_force_at_once(desk: Desk) -> None:
    key = made(desk)

    status, body = desk.post(f"tariff-plans/{key}/versions", rules=[ENERGY, NIGHT], reason="Spring.", tax_percent="12")

    assert (status, body["version"]["number"], body["version"]["tax_percent"]) == (201, 1, "12.00")
    shown = desk.get(f"tariff-plans/{key}")[1]["plan"]["version"]
    assert shown == body["version"]
    assert {rule["name"]: rule["price"] for rule in shown["rules"]} == {"Energy": "15.0000", "Night": "9.5000"}
    assert TariffVersion.objects.get().made_by.startswith("staff:")


def test_it_keeps_the_versions_before(desk: Desk) -> None:
    key = made(desk)
    for price in ("15", "16"):
        desk.post(f"tariff-plans/{key}/versions", rules=[{**ENERGY, "price": price}], reason="Again.")

    versions = desk.get(f"tariff-plans/{key}/versions")[1]["data"]

    assert [(one["number"], one["rules"][0]["price"]) for one in versions] == [(2, "16.0000"), (1, "15.0000")]


def test_it_does_not_publish_over_what_one_has_not_seen(desk: Desk) -> None:
    key = made(desk)
    assert desk.post(f"tariff-plans/{key}/versions", rules=[ENERGY], reason="x", after=0)[0] == 201

    status, body = desk.post(f"tariff-plans/{key}/versions", rules=[ENERGY], reason="x", after=0)

    assert (status, body["error"]) == (409, "version_moved")


@pytest.mark.parametrize("since", ["2020-01-01T00:00:00Z", "9999-12-31T23:59:59Z"], ids=["past", "far"])
def test_it_begins_neither_in_the_past_nor_where_the_calendar_ends(desk: Desk, since: str) -> None:
    """One of the past would hold never, or change what held; pages by another clock cannot show the last day."""
    address = f"tariff-plans/{made(desk)}/versions"
    desk.post(address, rules=[ENERGY], reason="x")

    status, body = desk.post(address, rules=[ENERGY], reason="x", in_force_from=since)

    assert (status, body["error"]) == (400, "invalid_parameters")
    assert TariffVersion.objects.count() == 1


def test_it_plans_a_version_and_takes_the_minute_that_runs_for_now(desk: Desk) -> None:
    address, now = f"tariff-plans/{made(desk)}/versions", timezone.now()
    later = now + timedelta(days=9)
    for since in (now.replace(second=0, microsecond=0), later):
        assert desk.post(address, rules=[ENERGY], reason="x", in_force_from=since.isoformat())[0] == 201
    first, second = TariffVersion.objects.order_by("number")
    assert first.in_force_from >= now
    assert second.in_force_from == later


WRONG: dict[str, dict[str, Any]] = {
    "negative": {"price": "-1"},
    "half a window": {"starts": "08:00"},
    "weekday": {"weekdays": [8]},
    "unknown": {"x": 1},
    "power": {"power_from_w": 9, "power_to_w": 9},
    "days": {"valid_from": "2026-03-02", "valid_until": "2026-03-01"},
}


@pytest.mark.parametrize("rules", [[], *([ENERGY | said] for said in WRONG.values())], ids=["none", *WRONG])
def test_it_refuses_rules_by_field(desk: Desk, rules: list[dict[str, Any]]) -> None:
    key = made(desk)

    status, body = desk.post(f"tariff-plans/{key}/versions", rules=rules, reason="x")

    assert (status, body["error"]) == (400, "invalid_parameters")
    assert not TariffVersion.objects.exists()


def test_it_makes_another_plan_the_default(desk: Desk) -> None:
    first, second = made(desk), made(desk, "Night")
    assert desk.post(f"tariff-plans/{first}/make-default")[1]["error"] == "invalid_parameters"
    for key in (first, second):
        desk.post(f"tariff-plans/{key}/versions", rules=[ENERGY], reason="x")
        assert desk.post(f"tariff-plans/{key}/make-default")[1]["plan"]["is_default"] is True

    assert TariffPlan.objects.get(is_default=True).name == "Night"


def test_it_keeps_the_currency_of_published_prices(desk: Desk) -> None:
    key = made(desk)
    assert desk.patch(f"tariff-plans/{key}", currency="USD", name="Abroad")[1]["plan"]["currency"] == "USD"
    desk.post(f"tariff-plans/{key}/versions", rules=[ENERGY], reason="x")

    assert desk.patch(f"tariff-plans/{key}", currency="KGS")[0] == 400
    assert desk.patch(f"tariff-plans/{key}", name="Far")[1]["plan"]["name"] == "Far"


def test_it_is_the_houses_alone() -> None:
    company = Company.objects.create(name="Fleet")
    host = Desk(User.objects.create_superuser(email="fleet@example.com", company=company))

    assert host.get("tariff-plans")[0] == 403
    assert host.post("tariff-plans", name="Mine")[0] == 403
