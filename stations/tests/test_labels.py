"""Labels on stations and places: put on many at once, filtered by, said over the API."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Company, User
from drivepower.core.refusals import Refusal
from stations import labels
from stations.models import Location, Station
from stations.tests import world
from stations.tests.desk import Desk, staff

pytestmark = pytest.mark.django_db
PAGE = "/admin/stations/station/labels/"


def browser(*rights: str, company: Company | None = None) -> Client:
    """A browser of staff with these rights."""
    person = User.objects.create_user(email="daniyar@example.com", role="staff", company=company)
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(person)
    return client


def on(code: str) -> list[str]:
    """The labels of a station."""
    found: list[str] = Station.objects.get(code=code).labels
    return found


def test_one_is_put_on_many_once_and_taken_off(django_assert_num_queries: Any) -> None:
    for code in ("A", "B"):
        world.station(code)
    Station.objects.filter(code="A").update(labels=["north"])
    with django_assert_num_queries(1):
        assert labels.add(Station.objects.all(), "north") == 1
    assert (on("A"), on("B")) == (["north"], ["north"])
    assert labels.remove(Station.objects.filter(code="A"), "north") == 1
    assert (on("A"), on("B"), labels.known()) == ([], ["north"], ["north"])


@pytest.mark.parametrize(("text", "kept"), [("  North   side ", "North side"), ("a,b", "a b"), ("x" * 40, "x" * 40)])
def test_it_is_kept_as_people_read_it(text: str, kept: str) -> None:
    assert labels.spelled(text) == kept


@pytest.mark.parametrize("text", ["", "  ", ",", "x" * 41], ids=["nothing", "blanks", "comma", "long"])
def test_it_refuses_what_is_no_label(text: str) -> None:
    with pytest.raises(Refusal):
        labels.spelled(text)


def test_a_station_is_found_by_the_label_of_its_place() -> None:
    place = world.location(labels=["mall"])
    inside, outside = world.station("IN", at=place), world.station("OUT", labels=["mall"])
    world.station("NONE")
    assert list(labels.labelled(Station.objects.order_by("code"), "mall")) == [inside, outside]


def test_the_list_puts_it_on_chosen_rows_and_on_all_of_a_filter() -> None:
    client = browser("view_station", "change_station")
    keys = [str(world.station(code).pk) for code in ("A1", "A2", "B1")]
    form = {"action": "label_rows", "_selected_action": keys[:1]}
    chosen = client.post("/admin/stations/station/", form)["Location"]
    assert client.post(chosen, {"label": "north", "add": "1"}).status_code == 302
    assert [on(code) for code in ("A1", "A2", "B1")] == [["north"], [], []]
    across = client.post("/admin/stations/station/?q=A", {**form, "select_across": "1"})["Location"]
    client.post(across, {"label": "north", "add": "1"})
    assert [on(code) for code in ("A1", "A2", "B1")] == [["north"], ["north"], []]
    shown = client.get("/admin/stations/station/?label=north").text
    assert ("A2" in shown, "B1" in shown) == (True, False)


def test_who_only_looks_changes_none() -> None:
    key = world.station("A").pk
    client = browser("view_station")
    assert client.post(f"{PAGE}?over=rows&value={key}", {"label": "x", "add": "1"}).status_code == 403
    assert on("A") == []


def test_staff_of_a_company_change_none_here() -> None:
    company = Company.objects.create(name="Host")
    key = world.station("A", at=world.location(host=company)).pk
    client = browser("view_station", "change_station", company=company)
    assert client.post(f"{PAGE}?over=rows&value={key}", {"label": "x", "add": "1"}).status_code == 403
    assert on("A") == []


def test_the_api_says_and_keeps_them() -> None:
    desk, place = Desk(staff()), world.location()
    world.station("A", at=place)
    said = {"labels": [" north", "north", "fast"], "starts_paused": True, "notice": {"en": "Closed"}}
    status, body = desk.ask("PATCH", f"locations/{place.code}", said)
    assert (status, body["location"]["labels"]) == (200, ["north", "fast"])
    assert desk.ask("PATCH", "stations/A", {"labels": ["x"]})[1]["station"]["labels"] == ["x"]
    kept = Location.objects.get()
    assert (kept.starts_paused, kept.notice) == (True, {"en": "Closed"})
    assert desk.ask("PATCH", f"locations/{place.code}", {"labels": [""]})[0] == 400
    assert desk.ask("PATCH", f"locations/{place.code}", {"notice": {"xx": "?"}})[0] == 400
