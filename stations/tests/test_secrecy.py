import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from stations import registry
from stations.models import StationSeen
from stations.tests.world import NOON, connect, gateway, location, plan, say, station

pytestmark = pytest.mark.django_db
PATHS = [
    "/api/stations",
    "/api/v1/stations",
    "/api/v1/stations?lat=42.87&lon=74.6&available=true",
    "/api/v1/stations/BSK-01",
    "/api/v1/stations/BSK-01/status",
    "/api/v1/stations/BSK-01/price?energy_kwh=10&minutes=20",
    "/api/v1/locations",
    "/api/v1/locations?include_stations=true",
    "/api/v1/locations/ALA-TOO",
]


@pytest.fixture
def secrets() -> dict[str, str]:
    """A station about which everything is known, and what nobody may learn of it."""
    plan()
    made = station(at=location(pk=871_001), pk=871_002, serial="SERIAL-871", firmware="FIRMWARE-871")
    first, second = registry.issue_key(station=made), registry.issue_key(station=made)
    holder = gateway(at=timezone.now(), process="PROCESS-871")
    made = connect(made, holder)
    say(made, 1, "Available")
    StationSeen.objects.create(
        station=made, last_frame_at=NOON, last_heartbeat_at=NOON, boot={"chargePointSerialNumber": "BOOT-871"}
    )
    return {
        "identity": made.identity,
        "key": second,
        "older key": first,
        "key hash": made.key_hash,
        "older key hash": made.previous_key_hash,
        "serial": made.serial,
        "firmware": made.firmware,
        "boot": "BOOT-871",
        "gateway": str(holder.pk),
        "process": "PROCESS-871",
        "station's key in the table": "871002",
        "location's key in the table": "871001",
    }


def names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names(inner)


@pytest.mark.parametrize("path", PATHS)
def test_it_tells_no_secret(client: Client, secrets: dict[str, str], path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    told = [name for name, secret in secrets.items() if secret in response.text]
    assert told == []
    assert "BSK-01" in response.text or path == "/api/v1/locations"


@pytest.mark.parametrize("path", PATHS)
def test_it_has_no_field_that_could_tell_one(client: Client, secrets: dict[str, str], path: str) -> None:
    shown = set(names(client.get(path).json()))
    assert not {name for name in shown if re.search(r"identity|hash|key|epoch|gateway|pk$", name)}


def test_it_tells_none_in_an_error(client: Client, secrets: dict[str, str]) -> None:
    wrong = client.get(f"/api/v1/stations/{secrets['identity']}")
    assert wrong.status_code == 404
    assert secrets["identity"] not in json.dumps(wrong.json())
