"""Every route of the operator API to people, sessions and money: as nobody, a driver, staff without rights, staff of
another company.
"""

import json
import uuid
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

import pytest
from rest_framework.test import APIClient

import accounts.operator.urls
import billing.operator.urls
import charging.operator.urls
import drivepower.portal.urls
import stations.urls
from accounts.models import Company, IdTag, User
from accounts.tests.world import tokens_of
from billing.models import Adjustment, Receipt, TopUp, Transfer, Wallet
from charging.models import Session
from charging.tests.world import World
from drivepower.portal.tests.companies import FOREIGN, OURS, host_of, populate

ROOT = "/api/v1/operator/"
NOWHERE = "00000000-0000-4000-8000-000000000000"


class Route(NamedTuple):
    """A method of an address; `{}` stands for the foreign row that the key of FOREIGN_ROWS finds."""

    method: str
    address: str
    row: str = ""
    body: dict[str, Any] = {}


DECIDE = {"reason": "Because."}
MONEY = {"amount": "1.00", "reason": "Because."}
ROUTES = [
    *(Route("GET", name) for name in ("drivers", "id-tags", "companies", "events", "sessions", "receipts", "wallets")),
    *(Route("GET", name) for name in ("transfers", "top-ups", "adjustments", "memberships", "tariff-plans")),
    *(Route("GET", f"exports/{name}") for name in ("id-tags", "sessions", "receipts", "transfers")),
    *(Route("GET", name) for name in ("decision-requests", "analytics/dashboard", "analytics/usage")),
    *(Route("GET", f"{name}/{{}}", name) for name in ("drivers", "id-tags", "companies", "sessions", "receipts")),
    *(Route("GET", f"{name}/{{}}", name) for name in ("wallets", "memberships", "tariff-plans")),
    Route("GET", "sessions/{}/readings", "sessions"),
    Route("GET", "tariff-plans/{}/versions", "tariff-plans"),
    *(Route("PATCH", f"{name}/{{}}", name, {"name": "Mine"}) for name in ("drivers", "companies", "memberships")),
    Route("PATCH", "id-tags/{}", "id-tags", {"note": "Mine"}),
    Route("PATCH", "tariff-plans/{}", "tariff-plans", {"name": "Mine"}),
    *(Route("POST", f"drivers/{{}}/{verb}", "drivers") for verb in ("block", "unblock")),
    *(Route("POST", f"id-tags/{{}}/{verb}", "id-tags") for verb in ("block", "unblock")),
    *(Route("POST", f"sessions/{{}}/{verb}", "sessions", DECIDE) for verb in ("accept", "correct", "waive", "rerun")),
    *(Route("POST", f"sessions/{{}}/{verb}", "sessions", DECIDE) for verb in ("stop", "complete")),
    *(Route("POST", f"decision-requests/{{}}/{verb}", "memberships") for verb in ("confirm", "refuse")),
    *(Route("POST", f"wallets/{{}}/{verb}", "wallets", MONEY) for verb in ("adjust", "credit-limit")),
    Route("POST", "wallets/{}/bank-transfer", "wallets", {"amount": "1.00", "bank_reference": "B-1"}),
    Route("POST", "transfers/{}/refund", "transfers", MONEY),
    Route("POST", "top-ups/{}/send-back", "top-ups", MONEY),
    *(Route("POST", f"adjustments/{{}}/{verb}", "adjustments") for verb in ("approve", "refuse")),
    Route("POST", "tariff-plans/{}/versions", "tariff-plans", {"rules": [], "reason": "Because."}),
    Route("POST", "tariff-plans/{}/make-default", "tariff-plans"),
    Route("POST", "drivers", "companies", {"name": "New", "email": "new@example.com", "company_id": "{}"}),
    Route("POST", "id-tags", "drivers", {"value": "NEW-1", "driver_id": "{}"}),
    Route("POST", "id-tags/validate", "", {"id_tag": "FOREIGN-CARD", "station_id": "FOREIGN-01"}),
    Route("POST", "price/calculate", "drivers", {"station_id": "OURS-01", "energy_kwh": "1", "driver": "{}"}),
    Route("POST", "companies", "", {"name": "New"}),
    Route("POST", "memberships", "", {"name": "New"}),
    Route("POST", "tariff-plans", "", {"name": "New"}),
    Route("POST", "sessions", "drivers", {"station_id": "FOREIGN-01", "driver": "{}"}),
]


@pytest.fixture
def companies(world: World) -> dict[str, Company]:
    """Ours and another one."""
    return {name: populate(world, name) for name in (OURS, FOREIGN)}


def foreign(row: str) -> str:
    """The key of a row that is FOREIGN's, or the house's."""
    match row:
        case "drivers":
            return str(User.objects.get(name="FOREIGN driver").public_id)
        case "id-tags":
            return str(IdTag.objects.get(value="FOREIGN-CARD").public_id)
        case "companies":
            return str(Company.objects.get(name="FOREIGN Ltd").public_id)
        case "sessions":
            return str(Session.objects.get(company__name="FOREIGN Ltd").public_id)
        case "receipts":
            return str(Receipt.objects.get(wallet__company__name="FOREIGN Ltd").public_id)
        case "wallets":
            return str(Wallet.objects.get(company__name="FOREIGN Ltd").public_id)
        case "transfers":
            return str(Transfer.objects.filter(source__company__name="FOREIGN Ltd").latest("pk").public_id)
        case "top-ups":
            return str(TopUp.objects.get(provider="FOREIGN").public_id)
        case "adjustments":
            return str(Adjustment.objects.get(wallet__company__name="FOREIGN Ltd").public_id)
        case "memberships":
            return "1"
    return NOWHERE


def ask(person: User | None, route: Route) -> Any:
    """That person's request."""
    client = APIClient()
    if person is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(person).access}")
    key = foreign(route.row) if route.row else ""
    body = {name: key if value == "{}" else value for name, value in route.body.items()}
    return client.generic(route.method, ROOT + route.address.format(key), json.dumps(body), "application/json")


def text_of(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def name_of(route: Route) -> str:
    return f"{route.method} {route.address}"


def test_it_asks_who_is_there(companies: dict[str, Company]) -> None:
    for route in ROUTES:
        answer = ask(None, route)
        assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized"), name_of(route)


def test_it_is_closed_to_drivers(world: World, companies: dict[str, Company]) -> None:
    driver = User.objects.get(name="OURS driver")
    for route in ROUTES:
        answer = ask(driver, route)
        assert (answer.status_code, answer.json()["error"]) == (403, "access_denied"), name_of(route)


def test_it_is_closed_to_staff_without_the_right(companies: dict[str, Company]) -> None:
    newcomer = User.objects.create_user(email="new@staff.example", role=User.Role.STAFF)
    for route in ROUTES:
        answer = ask(newcomer, route)
        assert (answer.status_code, answer.json()["error"]) == (403, "access_denied"), name_of(route)


def test_it_tells_a_company_nothing_of_another(companies: dict[str, Company]) -> None:
    host, before = host_of(companies[OURS]), standing()
    for route in ROUTES:
        answer = ask(host, route)
        text = text_of(answer)
        assert "FOREIGN" not in text, name_of(route)
        if route.row:
            assert answer.status_code in (403, 404), name_of(route)
            assert foreign(route.row) not in text, name_of(route)
        elif route.method == "POST":
            assert answer.status_code == 403 or '"Invalid"' in text, name_of(route)
        else:
            assert answer.status_code in (200, 403), name_of(route)
    assert standing() == before


# These have a walk of their own.
ELSEWHERE = ("webhooks",)
OWN = ["drivers", "id-tags", "companies", "sessions", "receipts", "wallets", "transfers", "top-ups"]
OWN += ["adjustments", "exports/id-tags", "exports/sessions", "exports/receipts", "exports/transfers"]


def test_it_shows_a_company_its_own(companies: dict[str, Company]) -> None:
    host = host_of(companies[OURS])
    for address in OWN:
        assert "OURS" in text_of(ask(host, Route("GET", address))), address


def standing() -> list[list[Any]]:
    """All that the routes could change."""
    tables = (User, IdTag, Company, Session, Receipt, Wallet, Transfer, TopUp, Adjustment)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_it_walks_every_route() -> None:
    walked = {(route.method, route.address.replace("{}", "*")) for route in ROUTES}

    assert set(routes()) == walked


def routes() -> Iterator[tuple[str, str]]:
    """Every method of every address of these rooms."""
    rooms = (accounts.operator.urls, billing.operator.urls, charging.operator.urls, drivepower.portal.urls)
    listed: list[Any] = list(chain.from_iterable(urls.urlpatterns for urls in rooms))
    listed += [one for one in stations.urls.urlpatterns if "operator/id-tags" in str(getattr(one, "pattern", ""))]
    for pattern in listed:
        address = "/".join("*" if "<" in step else step for step in str(pattern.pattern).split("/"))
        if address.startswith(ELSEWHERE):
            continue
        view = pattern.callback.cls
        for method in ("get", "post", "put", "patch", "delete"):
            if hasattr(view, method):
                yield method.upper(), address.removeprefix(ROOT[1:])


def test_it_knows_no_row_that_never_was(companies: dict[str, Company]) -> None:
    owner = User.objects.create_superuser(email="owner@example.com")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(owner).access}")

    for route in ROUTES:
        if route.method == "GET" and "{}" in route.address and route.row != "memberships":
            answer = client.get(ROOT + route.address.format(uuid.uuid4()))
            assert answer.status_code == 404, route
            assert answer.json()["error"].endswith("_not_found"), route
