from typing import Any

import pytest
from django.test import Client

from stations.models import Connector
from stations.tests.world import location, plan, station

pytestmark = pytest.mark.django_db
PATH = "/api/v1/stations/BSK-01/price"


def test_it_reckons_the_contracts_example(client: Client) -> None:
    plan()
    station(at=location())
    body = client.get(PATH, {"energy_kwh": "25.5", "minutes": "40"}).json()
    assert body["success"] is True
    assert (body["station_id"], body["connector_id"]) == ("BSK-01", 1)
    assert (body["energy_kwh"], body["minutes"]) == (25.5, 40)
    assert (body["currency"], body["total"], body["net"], body["tax"]) == ("KGS", "382.50", "382.50", "0.00")
    [line] = body["lines"]
    assert line["starts_at"] < line["ends_at"]
    assert {name: line[name] for name in line.keys() - {"starts_at", "ends_at"}} == {
        "dimension": "per_kwh",
        "rule": "Standard per_kwh",
        "quantity": 25.5,
        "unit": "kWh",
        "unit_price": "15.00",
        "net": "382.50",
        "tax": "0.00",
        "total": "382.50",
    }
    assert body["tariff"]["rates"] == {"per_kwh": "15.00"}


def test_it_adds_time_and_fees(client: Client) -> None:
    plan("Full", ("per_kwh", "15.00"), ("per_minute", "0.50"), ("session_fee", "20"), ("parking_fee", "5"))
    station(at=location())
    body = client.get(PATH, {"energy_kwh": "10", "minutes": "40"}).json()
    assert body["total"] == "190.00"
    shown = {line["dimension"]: (line["quantity"], line["unit"], line["total"]) for line in body["lines"]}
    assert shown == {
        "per_kwh": (10.0, "kWh", "150.00"),
        "per_minute": (40.0, "min", "20.00"),
        "session_fee": (1.0, "pc", "20.00"),
    }


def test_it_prices_energy_without_a_time(client: Client) -> None:
    plan()
    station(at=location())
    assert client.get(PATH, {"energy_kwh": "0.001"}).json()["total"] == "0.02"
    assert client.get(PATH).json()["total"] == "0.00"


def test_it_prices_the_connector_that_is_named(client: Client) -> None:
    plan()
    made = station(at=location())
    Connector.objects.create(station=made, number=0)
    slow = plan("Slow", ("per_kwh", "9.00"), default=False)
    Connector.objects.filter(number=2).update(tariff_plan=slow)
    assert client.get(PATH, {"energy_kwh": "10"}).json()["total"] == "150.00"
    for query in ({"connector": "2"}, {"connector_id": "2"}, {"connector": "2", "connector_id": "2"}):
        body = client.get(PATH, {"energy_kwh": "10", **query}).json()
        assert (body["connector_id"], body["total"]) == (2, "90.00")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"connector": "7"}, 404, "connector_not_found"),
        ({"connector": "0"}, 400, "invalid_parameters"),
        ({"connector": "x"}, 400, "invalid_parameters"),
        ({"connector_id": "7"}, 404, "connector_not_found"),
        ({"connector_id": "0"}, 400, "invalid_parameters"),
        ({"connector_id": "x"}, 400, "invalid_parameters"),
        ({"connector_id": ""}, 400, "invalid_parameters"),
        ({"connector_id": "1.5"}, 400, "invalid_parameters"),
        ({"connector_id": "1", "connector": "2"}, 400, "invalid_parameters"),
        ({"energy_kwh": "-1"}, 400, "invalid_parameters"),
        ({"energy_kwh": "200.001"}, 400, "invalid_parameters"),
        ({"energy_kwh": "0.0001"}, 400, "invalid_parameters"),
        ({"energy_kwh": "NaN"}, 400, "invalid_parameters"),
        ({"energy_kwh": "Infinity"}, 400, "invalid_parameters"),
        ({"energy_kwh": "1e9"}, 400, "invalid_parameters"),
        ({"energy_kwh": ""}, 400, "invalid_parameters"),
        ({"minutes": "-1"}, 400, "invalid_parameters"),
        ({"minutes": "10081"}, 400, "invalid_parameters"),
        ({"minutes": "1.5"}, 400, "invalid_parameters"),
        ({}, 409, "no_price"),
    ],
)
def test_it_refuses(client: Client, query: dict[str, Any], status: int, code: str) -> None:
    station(at=location())
    response = client.get(PATH, query)
    assert (response.status_code, response.json()["error"]) == (status, code)


def test_it_prices_no_station_without_connectors(client: Client) -> None:
    station(connectors=0)
    assert client.get(PATH).json()["error"] == "connector_not_found"
