from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, User
from accounts.tests.world import bearer
from stations.models import Connector, Station
from stations.tests.world import NOON, connect, gateway, hear, location, plan, say, station

pytestmark = pytest.mark.django_db
PATH = "/api/v1/stations/BSK-01/status"


def test_it_says_how_a_station_is_and_what_it_costs(client: Client) -> None:
    plan("Standard", ("per_kwh", "15.00"), ("per_minute", "0.125"))
    made = connect(station(at=location(), connectors=1), gateway(at=timezone.now()))
    hear(made, at=NOON)
    say(made, 1, "Available")
    tariff = {
        "currency": "KGS",
        "rates": {"per_kwh": "15.00", "per_minute": "0.125"},
        "rule": "Standard per_kwh",
        "next_rate_change": None,
    }
    assert client.get(PATH).json() == {
        "success": True,
        "station_id": "BSK-01",
        "online": True,
        "last_heartbeat_at": "2026-03-02T06:00:00Z",
        "connectors": [
            {
                "id": 1,
                "type": "CCS2",
                "status": "Available",
                "available": True,
                "power_kw": 60.0,
                "error": None,
                "tariff": tariff,
            }
        ],
        "open_to_you": True,
        "tariff": tariff,
    }


def test_it_prices_each_connector_for_itself(client: Client) -> None:
    plan()
    made = station(at=location())
    Connector.objects.filter(number=2).update(tariff_plan=plan("Slow", ("per_kwh", "9.00"), default=False))
    Connector.objects.create(station=made, number=0, tariff_plan=plan("None's", ("per_kwh", "1.00"), default=False))
    body = client.get(PATH).json()
    assert [row["tariff"]["rates"] for row in body["connectors"]] == [{"per_kwh": "15.00"}, {"per_kwh": "9.00"}]
    assert body["tariff"]["rates"] == {"per_kwh": "15.00"}


def test_it_says_when_the_rate_changes(client: Client) -> None:
    plan("By night", ("per_kwh", "15.00"), starts=time(22), ends=time(6))
    station(at=location(time_zone="UTC"))
    default = plan("Always", ("per_minute", "1.00"), starts=time(6), ends=time(22), default=False)
    Station.objects.update(tariff_plan=default)
    change = client.get(PATH).json()["tariff"]["next_rate_change"]
    assert change.endswith(("T06:00:00Z", "T22:00:00Z"))


def test_it_says_so_where_nothing_has_a_price(client: Client) -> None:
    station(at=location())
    body = client.get(PATH).json()
    assert body["tariff"] is None
    assert [row["tariff"] for row in body["connectors"]] == [None, None]


def test_it_shows_a_member_their_own_price(client: Client) -> None:
    plan()
    station(at=location())
    tier = Membership.objects.create(name="Gold", discount_percent=20)
    member = User.objects.create_user(email="aida@example.com", membership=tier)
    headers: Any = bearer(member)
    assert client.get(PATH, headers=headers).json()["tariff"]["rates"] == {"per_kwh": "12.00"}


def test_it_asks_no_more_for_a_station_with_many_connectors(client: Client) -> None:
    plan()
    made = station(at=location(), connectors=1)
    Connector.objects.update(tariff_plan=plan("Plan 1", default=False))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PATH).status_code == 200
        return len(captured)

    few = queries()
    for number in range(2, 12):
        own = plan(f"Plan {number}", default=False)
        power_w = 60_000 + number
        Connector.objects.create(station=made, number=number, type="CCS2", max_power_w=power_w, tariff_plan=own)
        say(made, number, "Available")
    assert queries() == few
