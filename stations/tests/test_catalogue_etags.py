"""Catalogues carry an ETag: whoever has them is told so, until something in them differs."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from stations.models import Location, Station
from stations.tests.world import connect, gateway, location, station

pytestmark = pytest.mark.django_db
ADDRESSES = [
    "/api/v1/stations",
    "/api/stations",
    "/api/v1/stations/BSK-01",
    "/api/v1/stations/BSK-01/status",
    "/api/v1/locations",
    "/api/v1/locations/ALA-TOO",
]


@pytest.fixture(autouse=True)
def network() -> Station:
    """One station that is online."""
    made = station(at=location(), vendor="Ardua", model="A60", connectors=1)
    return connect(made, gateway(at=timezone.now()))


def ask(client: Client, address: str, known: str = "") -> Any:
    return client.get(address, headers={"If-None-Match": known} if known else {})


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_sent_once(client: Client, address: str) -> None:
    first = ask(client, address)
    again = ask(client, address, first["ETag"])
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again["ETag"] == first["ETag"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_sent_again_once_it_differs(client: Client, address: str) -> None:
    known = ask(client, address)["ETag"]
    if address.endswith("status"):
        Station.objects.update(gateway=None)
    else:
        Station.objects.update(vendor="Other")
        Location.objects.update(name={"en": "Osh Bazaar"})
    assert ask(client, address, known).status_code == 200


def test_what_is_not_there_has_none(client: Client) -> None:
    answer = ask(client, "/api/v1/stations/NONE", "*")
    assert (answer.status_code, "ETag" in answer) == (404, False)
