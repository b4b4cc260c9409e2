"""Which stations differ from their template: the same for many at once as for each alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from stations import configuration
from stations.drifting import drifting
from stations.models import ConfigurationKey, ConfigurationTemplate, Station

pytestmark = pytest.mark.django_db
WANTED = {"HeartbeatInterval": "300", "MeterValuesSampledData": "SoC, Power", "LocalPreAuthorize": "true"}
# What a station said of each key, and whether that differs.
SAID: dict[str, dict[str, str | None]] = {
    "same": {"heartbeatinterval": "300", "MeterValuesSampledData": "SoC,Power", "LocalPreAuthorize": "TRUE"},
    "another": {"HeartbeatInterval": "301", "MeterValuesSampledData": "SoC,Power", "LocalPreAuthorize": "true"},
    "case": {"HeartbeatInterval": "300", "MeterValuesSampledData": "soc,power", "LocalPreAuthorize": "true"},
    "silent": {"HeartbeatInterval": "300", "MeterValuesSampledData": None, "LocalPreAuthorize": "true"},
    "nothing": {},
}


@pytest.fixture
def stations() -> dict[str, Station]:
    """One of each, and one that no template fits."""
    ConfigurationTemplate.objects.create(name="all Acme", vendor="ACME*", wanted=WANTED)
    ConfigurationTemplate.objects.create(name="lower", vendor="acme", wanted={"Other": "1"}, priority=-1)
    made = {}
    for name, keys in SAID.items():
        made[name] = Station.objects.create(code=name.upper(), identity=f"cp {name}", vendor="Acme")
        for key, value in keys.items():
            ConfigurationKey.objects.create(station=made[name], key=key, value=value, read_at=timezone.now())
    made["foreign"] = Station.objects.create(code="FOREIGN", identity="cp foreign", vendor="Other")
    return made


def test_it_finds_the_same_as_for_each_alone(stations: dict[str, Station]) -> None:
    alone = {station.pk for station in stations.values() if configuration.drift(station)}
    assert drifting() == alone
    assert {name for name, one in stations.items() if one.pk in alone} == {"another", "case", "silent", "nothing"}


def test_it_asks_as_often_for_many(stations: dict[str, Station], django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(3):
        drifting()
    for n in range(9):
        Station.objects.create(code=f"MORE-{n}", identity=f"more {n}", vendor="Acme")
    with django_assert_num_queries(3):
        assert len(drifting()) == 13


def test_the_list_is_filtered_by_it(stations: dict[str, Station], client: Client) -> None:
    client.force_login(User.objects.create_superuser(email="root@example.com"))
    differing = client.get("/admin/stations/station/", {"drift": "yes"}).text
    fitting = client.get("/admin/stations/station/", {"drift": "no"}).text
    assert ">ANOTHER<" in differing
    assert ">SAME<" not in differing
    assert ">SAME<" in fitting
    assert ">ANOTHER<" not in fitting
