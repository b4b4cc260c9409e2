"""Stations that a driver finds again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from stations.models import Favourite
from stations.tests.world import location, station

ROUTE = "/api/v1/favorites"


def app(name: str = "me") -> APIClient:
    """The app of a driver."""
    client = APIClient()
    client.force_authenticate(User.objects.create_user(email=f"{name}@example.com"))
    return client


@pytest.mark.django_db
def test_it_keeps_a_station_once() -> None:
    station("BSK-01", at=location())
    mine = app()
    assert [mine.post(ROUTE, {"station_id": "BSK-01"}, format="json").status_code for _ in range(2)] == [201, 201]
    assert [one["station_id"] for one in mine.get(ROUTE).json()["data"]] == ["BSK-01"]


@pytest.mark.django_db
def test_it_forgets_one_by_address_or_by_query() -> None:
    mine = app()
    for code, address in (("BSK-01", f"{ROUTE}/BSK-01"), ("BSK-02", f"{ROUTE}?station_id=BSK-02")):
        station(code)
        mine.post(ROUTE, {"station_id": code}, format="json")
        assert mine.delete(address).status_code == 200
        assert mine.delete(address).json()["error"] == "station_not_found"
    assert not Favourite.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["HIDDEN", "NOWHERE", "\x00"])
def test_it_keeps_no_station_that_drivers_do_not_see(code: str) -> None:
    station("HIDDEN", is_public=False)
    answer = app().post(ROUTE, {"station_id": code}, format="json")
    assert answer.status_code in (400, 404)


@pytest.mark.django_db
def test_it_shows_none_that_is_public_no_longer() -> None:
    made, mine = station("BSK-01"), app()
    mine.post(ROUTE, {"station_id": "BSK-01"}, format="json")
    made.is_public = False
    made.save(update_fields=["is_public"])
    assert mine.get(ROUTE).json()["data"] == []


@pytest.mark.django_db
def test_it_is_nobody_elses() -> None:
    station("BSK-01")
    app("me").post(ROUTE, {"station_id": "BSK-01"}, format="json")
    other = app("other")
    assert other.get(ROUTE).json()["data"] == []
    assert other.delete(f"{ROUTE}/BSK-01").status_code == 404
    assert APIClient().get(ROUTE).status_code == 401


@pytest.mark.django_db
def test_it_lists_in_as_many_queries_whatever_the_number() -> None:
    mine = app()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            mine.get(ROUTE)
        return len(captured)

    def keep(*codes: str) -> None:
        for code in codes:
            station(code, at=location(f"AT-{code}"))
            mine.post(ROUTE, {"station_id": code}, format="json")

    keep("BSK-01")
    queries()  # what is remembered for a moment is known now
    few = queries()
    keep("BSK-02", "BSK-03", "BSK-04")
    assert queries() == few
