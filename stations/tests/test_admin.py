import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Company, User
from drivepower.core.keys import hash_key
from drivepower.core.tests.forms import fields_of
from stations import commands, registry
from stations.models import (
    Command,
    ConfigurationTemplate,
    ConnectionSpan,
    Connector,
    Gateway,
    Knock,
    Location,
    SecurityEvent,
    Station,
    StatusSpan,
)
from stations.tests.world import NOON, connect, gateway, hear, location, plan, say, seconds, station

pytestmark = pytest.mark.django_db
MODELS = ["location", "station", "connector", "command", "knock", "gateway", "connectionspan", "statusspan"]
RECORDS = ["command", "knock", "gateway", "connectionspan", "statusspan"]


def browser(*permissions: str, superuser: bool = False) -> Client:
    """A browser of staff with these permissions and no more."""
    person = User.objects.create_user(email="daniyar@example.com", role="staff", is_superuser=superuser)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    return client


def make(number: int) -> None:
    """One more of everything."""
    place = location(f"PLACE-{number}", host=Company.objects.create(name=f"Host {number}"))
    own = plan(f"Plan {number}", default=False)
    made = station(f"BSK-{number}", at=place, own_plan=own)
    Connector.objects.filter(station=made).update(tariff_plan=own)
    made = connect(made, gateway(at=NOON, process=f"web-{number}"))
    hear(made, at=NOON)
    say(made, 1, "Charging")
    commands.send(station=made, intent="Reset", payload={}, asked_by="system", expires_at=NOON + seconds(60), at=NOON)
    registry.knock(kind=Knock.Kind.STATION, value=f"X{number}", reason="unknown", address="", key_hash="", at=NOON)
    ConnectionSpan.objects.create(station=made, epoch=1, since=NOON)
    StatusSpan.objects.create(station=made, number=1, status="Charging", since=NOON)


@pytest.mark.parametrize("model", MODELS)
def test_it_lists_many_with_as_many_queries_as_few(model: str) -> None:
    client = browser(superuser=True)
    path = f"/admin/stations/{model}/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    make(0)
    make(1)
    client.get(path)
    few = queries()
    for number in range(2, 12):
        make(number)
    assert queries() == few


@pytest.mark.parametrize("model", MODELS)
def test_it_shows_one_of_each(model: str) -> None:
    client = browser(superuser=True)
    make(0)
    page = client.get(f"/admin/stations/{model}/")
    links = re.findall(rf'href="(/admin/stations/{model}/[^"/]+/change/)', page.text)
    assert client.get(links[0]).status_code == 200


@pytest.mark.parametrize("model", RECORDS)
def test_it_writes_no_record_by_hand(model: str) -> None:
    client = browser(superuser=True)
    make(0)
    page = client.get(f"/admin/stations/{model}/")
    [link] = set(re.findall(rf'href="(/admin/stations/{model}/[^"/]+)/change/', page.text))
    for action in (f"{link}/change/", f"{link}/delete/", f"/admin/stations/{model}/add/"):
        assert client.post(action, {"post": "yes"}).status_code == 403


def test_it_shows_a_station_as_it_is_now() -> None:
    client = browser("view_station")
    made = connect(station(at=location(), firmware="1.4.2"), gateway(at=timezone.now()))
    Connector.objects.create(station=made, number=0)
    say(made, 0, "Available")
    say(made, 1, "Charging")
    say(made, 2, "Available")
    page = client.get("/admin/stations/station/").text
    assert "1 Available · 1 Charging" in page
    assert "1.4.2" in page
    assert "Ala-Too Square" in page
    row = page[page.index("BSK-01") :]
    assert re.search(r">\s*online\s*<", row)
    hear(made, at=NOON)
    page = client.get(f"/admin/stations/station/{made.pk}/change/?tab=settings").text
    assert "2 Mar 2026, 12:00:00" in page
    assert "(&#x27;" not in page
    Gateway.objects.update(renewed_at=NOON)
    page = client.get("/admin/stations/station/").text
    assert re.search(r">\s*offline\s*<", page[page.index("BSK-01") :])


def test_it_adds_a_station_with_its_connectors() -> None:
    client = browser(superuser=True)
    form = fields_of(client.get("/admin/stations/station/add/").text)
    place = location()
    rows: dict[str, Any] = {"connectors-TOTAL_FORMS": "1", "connectors-0-number": "1", "connectors-0-type": "CCS2"}
    form |= {"code": "BSK-07", "identity": "AR-0007", "location": place.pk, "service_state": "in_service"}
    form |= {"registration": "accepted", "security_profile": "1", "is_public": "on", "connectors-0-phases": "0"}
    response = client.post("/admin/stations/station/add/", {**form, **rows})
    assert response.status_code == 302, re.findall(r"errorlist.*", response.text)
    made = Station.objects.get()
    assert (made.code, made.identity, made.location) == ("BSK-07", "AR-0007", place)
    assert made.connectors.get().type == "CCS2"


def test_it_refuses_a_code_that_is_the_identity() -> None:
    client = browser(superuser=True)
    path = f"/admin/stations/station/{station().pk}/change/"
    form = fields_of(client.get(path).text)
    assert client.post(path, {**form, "identity": "BSK-01"}).status_code == 200
    assert Station.objects.get().identity == "secret-identity-BSK-01"


def test_it_writes_only_what_this_person_changed() -> None:
    client = browser("view_station", "change_station", "view_connector", "change_connector")
    made = station(at=location(), firmware="1.4.2")
    other = location("OTHER")
    path = f"/admin/stations/station/{made.pk}/change/"
    form = fields_of(client.get(path, {"tab": "settings"}).text)
    holder = gateway(at=timezone.now())
    connect(made, holder)
    Station.objects.update(firmware="2.0", service_state="out_of_service", location=other, is_public=False)
    Connector.objects.filter(number=1).update(max_power_w=22_000)
    assert client.post(path, {**form, "vendor": "Ardua", "connectors-0-phases": "0"}).status_code == 302
    made.refresh_from_db()
    assert (made.vendor, made.firmware, made.service_state) == ("Ardua", "2.0", "out_of_service")
    assert (made.location, made.is_public, made.gateway, made.epoch) == (other, False, holder, 1)
    first = made.connectors.get(number=1)
    assert (first.phases, first.max_power_w) == (0, 22_000)


def test_it_issues_a_key_and_shows_it_once() -> None:
    client = browser("view_station", "change_station")
    made = station()
    path = f"/admin/stations/station/{made.pk}/change/"
    link = re.findall(r'hx-get="([^"]*issue_key[^"]*)"', client.get(path).text)[0]
    assert "Issue a new key?" in client.get(link).text
    made.refresh_from_db()
    assert made.key_hash == ""
    response = client.post(link, {"_form_submitted": "True"})
    assert "no-store" in response["Cache-Control"]
    [key] = re.findall(r'value="([0-9a-f]{40})"', response.text)
    made.refresh_from_db()
    assert made.key_hash == hash_key(key.encode())
    again = client.get(path).text
    assert key not in again
    assert made.key_hash not in again
    assert key not in LogEntry.objects.get().change_message


def test_it_issues_no_key_to_who_may_only_look() -> None:
    made = station()
    client = browser("view_station")
    assert "issue_key" not in client.get(f"/admin/stations/station/{made.pk}/change/").text
    link = f"/admin/stations/station/{made.pk}/issue_key"
    answers = [client.post(address, {"_form_submitted": "True"}).status_code for address in (link, f"{link}/")]
    assert 200 not in answers
    made.refresh_from_db()
    assert made.key_hash == ""


def test_it_issues_no_key_without_the_forms_token() -> None:
    browser("view_station", "change_station")
    made = station()
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get())
    link = re.findall(r'hx-get="([^"]*issue_key[^"]*)"', client.get(f"/admin/stations/station/{made.pk}/change/").text)
    assert client.post(link[0], {"_form_submitted": "True"}).status_code == 403


def test_it_deletes_no_station_and_no_place_in_use() -> None:
    client = browser(superuser=True)
    made = station(at=location())
    for path in (f"station/{made.pk}", f"location/{Location.objects.get().pk}"):
        assert client.post(f"/admin/stations/{path}/delete/", {"post": "yes"}).status_code == 403


def test_it_escapes_what_stations_and_strangers_say() -> None:
    client = browser(superuser=True)
    hostile = "<script>alert(1)</script>"
    made = station(vendor=hostile, model=hostile, firmware=hostile)
    say(made, 1, hostile)
    hear(made, at=NOON)
    made.seen.boot = {hostile: hostile}
    made.seen.save(update_fields=["boot"])
    registry.knock(kind=Knock.Kind.TAG, value=hostile, reason="unknown", address=hostile, key_hash="", at=NOON)
    Command.objects.create(
        station=made, intent=hostile, asked_by=hostile, asked_at=NOON, expires_at=NOON, answer={"x": hostile}
    )
    paths = ["station/", f"station/{made.pk}/change/", "connector/", "knock/", "command/"]
    paths += [f"command/{Command.objects.get().pk}/change/"]
    for path in paths:
        assert "<script>alert(1)" not in client.get(f"/admin/stations/{path}").text


def test_it_shows_identities_to_those_who_may_see_stations_only() -> None:
    station()
    assert "secret-identity" not in browser("view_command").get("/admin/stations/station/").text


def dialog_link(client: Client, path: str, name: str) -> str:
    """Where the page's button of that action leads."""
    return str(re.findall(rf'hx-get="([^"]*{name}[^"]*)"', client.get(path).text)[0])


def test_it_leaves_a_trace_of_who_may_work() -> None:
    client = browser("view_station", "change_station")
    made = station()
    path = f"/admin/stations/station/{made.pk}/change/"
    form = fields_of(client.get(path, {"tab": "settings"}).text)

    assert client.post(path, {**form, "registration": "rejected", "vendor": "Ardua"}).status_code == 302

    made.refresh_from_db()
    assert (made.registration, made.vendor) == ("rejected", "Ardua")
    event = SecurityEvent.objects.get()
    assert (event.type, event.detail) == ("RegistrationChanged", "rejected")


@pytest.mark.parametrize(("onboarding", "registration"), [(True, "pending"), (False, "accepted")])
def test_it_has_a_new_station_wait_where_it_is_set_up_first(onboarding: bool, registration: str) -> None:
    ConfigurationTemplate.objects.create(name="First", is_for_onboarding=onboarding)

    form = fields_of(browser("view_station", "add_station").get("/admin/stations/station/add/").text)

    assert form["registration"] == registration


def test_it_marks_a_station_that_anyone_may_pose_as() -> None:
    station("OPEN", security_profile=0)
    closed = browser("view_station")
    page = closed.get("/admin/stations/station/").text
    assert re.search(r"bg-red-[^<]*>\s*0, no authentication", page)
    Station.objects.update(security_profile=1)
    page = closed.get("/admin/stations/station/").text
    assert not re.search(r"bg-red-[^<]*>\s*1, Basic", page)
    assert "1, Basic" in page


def test_it_warns_before_it_ends_a_key_that_may_be_in_use() -> None:
    client = browser("view_station", "change_station")
    made = station()
    path = f"/admin/stations/station/{made.pk}/change/"
    link = dialog_link(client, path, "issue_key")
    assert "It never said" not in client.post(link, {"_form_submitted": "True"}).text
    registry.begin_rotation(station=made)
    assert "It never said" in client.post(link, {"_form_submitted": "True"}).text


def test_it_settles_a_fight() -> None:
    client = browser("view_station", "change_station")
    made = station()
    path = f"/admin/stations/station/{made.pk}/change/"
    assert "settle_contest" not in client.get(path).text
    Station.objects.filter(pk=made.pk).update(contested_at=NOON)
    link = dialog_link(client, path, "settle_contest")
    assert client.post(link, {"_form_submitted": "True"})["HX-Redirect"] == path
    made.refresh_from_db()
    assert made.contested_at is None
