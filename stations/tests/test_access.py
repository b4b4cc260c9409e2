from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, IdTag, User
from accounts.tests.world import bearer
from stations.access import open_to
from stations.models import AccessRule, Location, Station
from stations.tests.world import NOON, location, station

pytestmark = pytest.mark.django_db
# 12:00 in Bishkek.
MORNING = {"opens": time(6), "closes": time(12)}


def stations() -> list[Station]:
    return list(Station.objects.select_related("location"))


def test_a_place_without_rules_is_open_to_everyone() -> None:
    made = station(at=location())
    assert open_to(stations=stations(), person=None, at=NOON) == {made.pk: True}


def test_what_is_for_a_company_is_closed_to_nobody_in_particular() -> None:
    made, fleet = station(at=location()), Company.objects.create(name="Fleet")
    AccessRule.objects.create(location=made.location, whom=AccessRule.Whom.COMPANY, company=fleet)
    driver = User.objects.create_user(email="driver@example.com")
    assert open_to(stations=stations(), person=None, at=NOON) == {made.pk: False}
    assert open_to(stations=stations(), person=driver, at=NOON) == {made.pk: False}
    IdTag.objects.create(value="FLEET", user=driver, company=fleet)
    assert open_to(stations=stations(), person=driver, at=NOON) == {made.pk: True}
    IdTag.objects.update(blocked=True)
    assert open_to(stations=stations(), person=driver, at=NOON) == {made.pk: False}


def test_a_window_is_half_open() -> None:
    made = station(at=location())
    AccessRule.objects.create(station=made, **MORNING)
    assert open_to(stations=stations(), person=None, at=NOON) == {made.pk: False}
    assert open_to(stations=stations(), person=None, at=NOON.replace(hour=5, minute=59)) == {made.pk: True}


def test_it_asks_as_much_for_many_stations_as_for_one() -> None:
    driver = User.objects.create_user(email="driver@example.com")
    counts = []
    for count in (2, 12):
        for number in range(Station.objects.count(), count):
            place = Location.objects.create(code=f"P{number}", address="x", latitude=42, longitude=74)
            made = Station.objects.create(code=f"ST-{number}", identity=f"st-{number}", location=place)
            AccessRule.objects.create(station=made, whom=AccessRule.Whom.GROUP, group="X")
        found = stations()
        with CaptureQueriesContext(connection) as asked:
            assert set(open_to(stations=found, person=driver, at=NOON).values()) == {False}
        counts.append(len(asked))
    assert counts == [2, 2]


def test_the_map_says_whom_a_station_lets_charge(client: Client) -> None:
    fleet = Company.objects.create(name="Fleet")
    made, driver = station(at=location()), User.objects.create_user(email="driver@example.com", company=fleet)
    AccessRule.objects.create(station=made, whom=AccessRule.Whom.COMPANY, company=fleet)
    for reader, is_open in (({}, False), (bearer(driver), True)):
        headers: Any = reader
        assert client.get("/api/v1/stations", headers=headers).json()["data"][0]["open_to_you"] is is_open
        assert client.get("/api/v1/stations/BSK-01", headers=headers).json()["station"]["open_to_you"] is is_open
        assert client.get("/api/v1/stations/BSK-01/status", headers=headers).json()["open_to_you"] is is_open
