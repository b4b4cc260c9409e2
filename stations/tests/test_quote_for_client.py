"""The price before charging is the reader's own: what was agreed with them, their membership, their promo code."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from accounts.tests.world import bearer
from billing import promos
from billing.models import ClientTariff, PromoCode
from stations.models import Connector
from stations.tests.world import location, plan, station

pytestmark = pytest.mark.django_db
PATH = "/api/v1/stations/BSK-01/price"
STATUS = "/api/v1/stations/BSK-01/status"


@pytest.fixture
def reader() -> User:
    plan("Full", ("per_kwh", "15.00"), ("session_fee", "20"))
    station(at=location())
    gold = Membership.objects.create(name="Gold", discount_percent=10)
    return User.objects.create_user(email="aida@example.com", membership=gold)


def ask(client: Client, reader: User | None = None, *, path: str = PATH, **query: str) -> tuple[int, Any]:
    headers: Any = {} if reader is None else bearer(reader)
    answer = client.get(path, {"energy_kwh": "10"} | query, headers=headers)
    return answer.status_code, answer.json()


def code(**fields: Any) -> PromoCode:
    long_ago = timezone.now() - timedelta(days=9)
    usual = {"code": "SPRING", "kind": "fixed", "value": Decimal(30), "valid_from": long_ago}
    return PromoCode.objects.create(**(usual | fields))


def agree(**fields: Any) -> None:
    ClientTariff.objects.create(valid_from=timezone.now() - timedelta(days=9), **fields)


def test_it_shows_nobody_the_public_price(client: Client, reader: User) -> None:
    """10 kWh at 15.00 and 20.00 for the session."""
    assert ask(client)[1]["total"] == "170.00"


def test_it_counts_a_membership(client: Client, reader: User) -> None:
    """10 kWh at 13.50 and 20.00 for the session."""
    assert ask(client, reader)[1]["total"] == "155.00"


def test_it_counts_what_was_agreed(client: Client, reader: User) -> None:
    agree(user=reader, rate_per_kwh=Decimal(8), currency="KGS")
    assert ask(client, reader)[1]["total"] == "80.00"
    assert ask(client)[1]["total"] == "170.00"


def test_it_shows_what_was_agreed_on_the_page_of_the_station(client: Client, reader: User) -> None:
    agree(user=reader, rate_per_kwh=Decimal(8), currency="KGS")
    body = ask(client, reader, path=STATUS)[1]
    assert [row["tariff"]["rates"] for row in body["connectors"]] == [{"per_kwh": "8.00"}] * 2


def test_it_shows_each_connector_its_own_tariff(client: Client, reader: User) -> None:
    slow = plan("Slow", ("per_kwh", "9.00"), default=False)
    Connector.objects.filter(number=2).update(tariff_plan=slow)
    body = ask(client, path=STATUS)[1]
    assert [row["tariff"]["rates"]["per_kwh"] for row in body["connectors"]] == ["15.00", "9.00"]


def test_it_takes_a_promo_code_off(client: Client, reader: User) -> None:
    code()
    body = ask(client, reader, promo_code="spring")[1]
    assert body["total"] == "125.00"
    assert [(line["dimension"], line["rule"], line["total"]) for line in body["lines"]][-1] == (
        "promo",
        "SPRING",
        "-30.00",
    )


def test_it_uses_nothing_up(client: Client, reader: User) -> None:
    promo = code(uses_in_all=1)
    for _ in range(3):
        assert ask(client, reader, promo_code="SPRING")[1]["total"] == "125.00"
    assert not promo.uses.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "OTHER"},
        {"is_active": False},
        {"uses_per_driver": 1},
        {"currency": "USD"},
        {"currency": "USD", "kind": "percent", "most": 5},
        {"currency": "USD", "kind": "percent", "least_price": 5},
    ],
    ids=str,
)
def test_it_refuses_a_code_that_a_start_would_refuse(client: Client, reader: User, fields: dict[str, Any]) -> None:
    promos.take(promo=code(**fields), user=reader, subject="session:1", at=timezone.now())
    status, body = ask(client, reader, promo_code="SPRING")
    assert (status, body["error"]) == (400, "invalid_code")


def test_it_tells_nobody_which_codes_there_are(client: Client, reader: User) -> None:
    code()
    for word in ("SPRING", "NONE"):
        status, body = ask(client, promo_code=word)
        assert (status, body["error"]) == (401, "unauthorized")
