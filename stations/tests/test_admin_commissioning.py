"""Commissioning in the portal: the list, the page for a phone, and the links for installers."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Company, User
from drivepower.core.tests.forms import fields_of
from stations.models import Commissioning, InstallerLink, SecurityEvent, Station
from stations.tests.commissioning import begun, come, expire, link_for, planned, see_all
from stations.tests.test_admin import browser, dialog_link
from stations.tests.test_open_by_link import PNG
from stations.tests.world import location, station

pytestmark = pytest.mark.django_db
LIST = "/admin/stations/commissioning/"
LINKS = "/admin/stations/installerlink/"
RIGHTS = ("view_commissioning", "change_commissioning", "view_station", "change_station")


def page_of(row: Commissioning) -> str:
    return f"{LIST}{row.public_id}/"


def test_it_lists_who_began_and_what_is_waited_for() -> None:
    client = browser("view_commissioning")
    row = begun(planned(at=location()))
    shown = client.get(LIST).text
    for words in ("BSK-07", "Connected", "staff:1", page_of(row)):
        assert words in shown

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    few = queries()
    for number in range(10, 16):
        begun(planned(f"BSK-{number}"))
    assert queries() == few


def test_it_begins_from_the_stations_page() -> None:
    client = browser("view_station", "change_station", "add_commissioning")
    made = planned()
    link = dialog_link(client, f"/admin/stations/station/{made.pk}/change/", "commission")
    where = client.post(link, {"_form_submitted": "True"})["HX-Redirect"]
    assert where == page_of(Commissioning.objects.get())
    assert Station.objects.get().service_state == "commissioning"
    working = station("WORKS")
    assert client.post(f"/admin/stations/station/{working.pk}/commission/", {}).status_code == 403


def test_it_begins_with_many() -> None:
    client = browser("view_station", "change_station", "add_commissioning")
    keys = [planned("A").pk, planned("B").pk, station("WORKS").pk]
    said = {"action": "commission_many", "_selected_action": keys}
    assert client.post("/admin/stations/station/", said)["Location"] == LIST
    assert set(Commissioning.objects.values_list("station__code", flat=True)) == {"A", "B"}


def test_it_goes_the_whole_way_by_hand() -> None:
    client = browser(*RIGHTS)
    row = begun()
    come(row.station, at=timezone.now())
    page = client.get(page_of(row)).text
    assert "secret-identity-BSK-07" in page
    assert "<script>alert" not in page
    form = {"why_not": "No car here", "is_public": "1"}
    assert client.post(page_of(row), {"act": "finish"}).status_code == 409
    assert client.post(page_of(row), {"act": "finish", **form}).status_code == 302
    made = Station.objects.get()
    assert (made.service_state, made.is_public) == ("in_service", True)
    row.refresh_from_db()
    assert row.ended_by == f"staff:{User.objects.get().public_id}"
    assert client.get(page_of(row)).status_code == 200


def test_it_answers_to_the_page_that_asks_again() -> None:
    client = browser("view_commissioning")
    row = begun()
    answer = client.get(f"{page_of(row)}now")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert [step["name"] for step in answer.json()["steps"]][:2] == ["connected", "boot"]
    see_all(row)
    assert client.get(f"{page_of(row)}now").json()["missing"] == ""


def test_it_shows_a_key_once_and_keeps_it_nowhere() -> None:
    client = browser(*RIGHTS)
    row = begun()
    answer = client.post(page_of(row), {"act": "make_key", "sure": "1"})
    [key] = re.findall(r'id="key-text"[^>]*>([0-9a-f]{40})<', answer.text)
    assert "no-store" in answer["Cache-Control"]
    assert key not in client.get(page_of(row)).text
    kept = [repr(list(model.objects.values())) for model in (LogEntry, SecurityEvent, Commissioning, Session, Station)]
    assert not [text for text in kept if key in text]
    assert key not in str([session.get_decoded() for session in Session.objects.all()])
    assert key not in str(answer.cookies)


def test_it_is_looked_at_without_a_right_to_act() -> None:
    client = browser("view_commissioning")
    row = begun()
    assert "<form method" not in re.sub(r"(?s)^.*<ol class=.steps", "", client.get(page_of(row)).text)
    assert client.post(page_of(row), {"act": "make_key", "sure": "1"}).status_code == 409
    assert Station.objects.get().key_hash == ""


def test_it_is_not_looked_at_without_the_right_to_look() -> None:
    row = begun()
    client = browser("view_station")
    assert [client.get(path).status_code for path in (LIST, page_of(row), f"{page_of(row)}now")] == [403] * 3
    assert Client().get(page_of(row)).status_code == 302


@pytest.mark.parametrize("is_theirs", [True, False])
def test_it_shows_a_company_its_own(is_theirs: bool) -> None:
    client = browser("view_commissioning", "change_commissioning", "change_station")
    host = Company.objects.create(name="Host")
    User.objects.update(company=host)
    row = begun(planned(at=location(host=host if is_theirs else None)))
    status = 200 if is_theirs else 404
    paths = (page_of(row), f"{page_of(row)}now", f"{LIST}{row.pk}/change/")
    assert [client.get(path).status_code for path in paths] == [status] * 3
    assert ("BSK-07" in client.get(LIST).text) is is_theirs
    assert client.post(page_of(row), {"act": "make_key", "sure": "1"}).status_code == 403


def test_it_keeps_and_shows_a_photo() -> None:
    client = browser(*RIGHTS)
    row = begun()
    photo = f"{page_of(row)}photo"
    assert client.get(photo).status_code == 404
    html = SimpleUploadedFile("x.png", b"<script>", "image/png")
    assert client.post(page_of(row), {"act": "keep_photo", "photo": html}).status_code == 409
    said = {"act": "keep_photo", "photo": SimpleUploadedFile("<x>.svg", PNG, "text/html")}
    assert client.post(page_of(row), said).status_code == 302
    answer = client.get(photo)
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (PNG, "image/png", "nosniff")


def made_link(client: Client, made: Station, **more: Any) -> Any:
    form = fields_of(client.get(f"{LINKS}add/").text)
    return client.post(f"{LINKS}add/", {**form, "name": "<b>Ltd", "stations": [made.pk], **more})


def test_it_shows_a_new_link_once() -> None:
    client = browser("view_installerlink", "add_installerlink", "view_station")
    answer = made_link(client, planned())
    [token] = set(re.findall(r"/commission/([\w-]{40,})/", answer.text))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    link = InstallerLink.objects.get()
    assert ([one.code for one in link.stations.all()], link.name) == (["BSK-07"], "<b>Ltd")
    assert link.made_by == f"staff:{User.objects.get().public_id}"
    assert Client().get(f"/commission/{token}/BSK-07").status_code == 200
    listed = client.get(LINKS).text
    assert "BSK-07" in listed
    assert "&lt;b&gt;Ltd" in listed
    detail = client.get(f"{LINKS}{link.pk}/change/").text
    assert token not in listed + detail + str(LogEntry.objects.values())


def test_it_makes_no_link_to_a_station_in_use_or_for_ever() -> None:
    client = browser("view_installerlink", "add_installerlink", "view_station")
    assert "errorlist" in made_link(client, station("WORKS")).text
    assert "90 days" in made_link(client, planned(), expires_at_0="2099-01-01").text
    assert not InstallerLink.objects.exists()


def test_it_offers_for_a_link_only_stations_that_it_may_open() -> None:
    client = browser("view_installerlink", "add_installerlink", "view_station")
    station("WORKS")
    planned()
    asked = {"app_label": "stations", "model_name": "installerlink", "field_name": "stations", "term": ""}
    found = client.get("/admin/autocomplete/", asked).json()["results"]
    assert [one["text"] for one in found] == ["BSK-07"]


def test_it_takes_a_link_back() -> None:
    client = browser("view_installerlink", "change_installerlink")
    link, token = link_for(planned(), at=timezone.now())
    said = {"action": "take_back", "_selected_action": [link.pk]}
    client.post(LINKS, said)
    assert Client().get(f"/commission/{token}/").status_code == 404
    assert "taken back" in client.get(LINKS).text
    expire(link)
    User.objects.all().delete()
    browser("view_installerlink").post(LINKS, said)
    assert InstallerLink.objects.filter(revoked_at=None).count() == 0
