"""Many at once in the admin: chosen, looked at, begun, watched, stopped; by whom may, and nobody else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from drivepower.core.tests.forms import fields_of
from ocpp_consumer import bulk
from ocpp_consumer.bulk.judging import judge
from ocpp_consumer.tasks import go_on_with_bulk
from ocpp_consumer.tests.bulk.world import NOW, Kind, State, answered, begun, connected, outcomes, state_of
from stations import labels
from stations.models import BulkCommand, Command, ConfigurationTemplate, Location, Station

pytestmark = pytest.mark.django_db
ADD = "/admin/stations/bulkcommand/add/"
NASTY = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def clock(settings: Any) -> Iterator[None]:
    """Time stands still."""
    settings.COMMANDS_PER_SECOND = 1000
    with time_machine.travel(NOW, tick=False):
        yield


def browser(*rights: str, company: Company | None = None) -> Client:
    """Somebody with these rights; without any, with all."""
    person = User.objects.create_user(
        email=f"{len(rights)}@example.com", role="staff", company=company, is_superuser=not rights
    )
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(person)
    return client


def said(**more: str) -> dict[str, str]:
    """A form that is filled in."""
    return {"kind": Kind.RESET, "reset": "Soft", "payload": "{}", "patience_min": "15", **more}


def job_page(job: BulkCommand) -> str:
    """Its address."""
    return f"/admin/stations/bulkcommand/{job.pk}/change/"


def test_rows_of_the_list_are_looked_at_and_asked() -> None:
    client, stations = browser(), connected(3)
    Station.objects.filter(pk=stations[0].pk).update(gateway=None)
    ticked = {"action": "many_at_once", "_selected_action": [str(one.pk) for one in stations[:2]]}
    address = client.post("/admin/stations/station/", ticked)["Location"]
    form = said(over="rows", value=re.findall(r"value=([^&]*)", address)[0].replace("%2C", ","))
    seen = client.post(address, {**form, "preview": "1"}).text
    assert "<b>2</b> stations in all" in seen
    assert "<b>1</b> are offline" in seen
    assert not BulkCommand.objects.exists()
    wrong = client.post(address, {**form, "begin": "1", "typed": "3"}).text
    assert "That is not how many stations there are." in wrong
    assert not BulkCommand.objects.exists()
    begun_at = client.post(address, {**form, "begin": "1", "typed": "2"})["Location"]
    job = BulkCommand.objects.get()
    assert begun_at == job_page(job)
    assert (job.steps.count(), job.payload, job.target) == (2, {"type": "Soft"}, "2 chosen stations")


def test_it_begins_with_one_station_and_goes_on_by_tenths_where_nobody_says_otherwise() -> None:
    client, stations = browser(), connected(24)
    address = f"{ADD}?over=rows&value={','.join(str(one.pk) for one in stations)}&kind=reset&reset=Soft"
    form = fields_of(client.get(address).text)
    usual = {"first_wave": "1", "wave_size": "", "most_failures": "1", "most_failures_percent": "5", "online": "on"}
    assert {name: form[name] for name in usual} == usual
    assert "at_once" not in form

    seen = client.post(address, {**form, "preview": "1"}).text
    assert "1 station first, then 3 at a time" in seen
    form = fields_of(seen)
    assert form["wave_size"] == "3"
    client.post(address, {**form, "typed": "24", "begin": "1"})
    job = BulkCommand.objects.get()
    assert (job.wave_size, job.most_failures, job.most_failures_percent) == (3, 1, 5)
    assert [wave for wave, _, _ in outcomes(job)][:6] == [1, 2, 2, 2, 3, 3]
    assert "1 station first, then 3 at a time" in client.get(job_page(job)).text


def test_all_at_once_is_said_in_so_many_words() -> None:
    client, stations = browser(), connected(12)
    keys = ",".join(str(one.pk) for one in stations)
    form = said(over="rows", value=keys, first_wave="1", wave_size="4", at_once="on")
    seen = client.post(ADD, {**form, "preview": "1"}).text
    assert "All of them are asked at once." in seen
    assert (fields_of(seen)["first_wave"], fields_of(seen)["wave_size"]) == ("", "")
    client.post(ADD, {**form, "typed": "12", "begin": "1"})
    job = BulkCommand.objects.get()
    assert (job.wave_size, {wave for wave, _, _ in outcomes(job)}) == (None, {1})


def test_stations_that_are_offline_are_left_out_unless_a_person_wants_their_failures() -> None:
    client, stations = browser(), connected(3)
    Station.objects.filter(pk=stations[0].pk).update(gateway=None)
    over = {"over": "rows", "value": ",".join(str(one.pk) for one in stations), "preview": "1"}
    assert "<b>2</b> stations in all" in client.post(ADD, said(**over, online="on")).text
    assert "<b>3</b> stations in all" in client.post(ADD, said(**over)).text
    Station.objects.update(gateway=None)
    assert "None of these stations is online." in client.post(ADD, said(**over, online="on")).text


@pytest.mark.parametrize(
    ("over", "more", "count"),
    [
        ("filter", {"value": "q=S-00"}, 3),
        ("filter", {"value": "label=north"}, 2),
        ("label", {"label": "north"}, 2),
        ("location", {"location": "ALA-TOO"}, 4),
        ("view", {"view": "the view"}, 2),
    ],
)
def test_stations_are_named_by_filter_label_location_and_view(over: str, more: dict[str, str], count: int) -> None:
    client, stations = browser(), connected(3)
    connected(1, code="T")
    labels.add(Station.objects.filter(pk__in=[one.pk for one in stations[:2]]), "north")
    view = apps.get_model("portal", "SavedView").objects.create(
        model="stations.station", name="North", query="label=north", owner=User.objects.get()
    )
    more = {name: str(view.pk) if value == "the view" else value for name, value in more.items()}
    seen = client.post(f"{ADD}?over={over}", {**said(over=over, **more), "preview": "1"}).text
    assert f"<b>{count}</b> stations in all" in seen


def test_a_filter_that_is_not_understood_is_said() -> None:
    shown = browser().post(f"{ADD}?over=filter", {**said(over="filter", value="nonsense__x=1"), "preview": "1"}).text
    assert "That filter is not understood." in shown


def test_its_page_shows_how_far_it_is_with_hostile_words_as_text(django_assert_max_num_queries: Any) -> None:
    client, job = browser(), begun(connected(4), wave_size=2)
    go_on_with_bulk()
    answered(state="rejected", effect="none", answer={"status": NASTY})
    judge(at=NOW)
    with django_assert_max_num_queries(30):
        page = client.get(job_page(job)).text
    assert NASTY not in page
    assert "&lt;script&gt;" in page
    assert 'hx-trigger="every 2s"' in page
    part = client.get(f"/admin/stations/bulkcommand/{job.pk}/progress/?outcome=failure").text
    assert re.findall(r">(S-\d+)<", part) == ["S-000", "S-001"]
    assert part.count("(UTC+06:00)</time>") == 2
    assert bulk.stop(bulk=job, by="staff:x", at=NOW)
    assert "hx-trigger" not in client.get(f"/admin/stations/bulkcommand/{job.pk}/progress/").text


def test_it_is_stopped_gone_on_with_and_asked_again_from_its_page() -> None:
    client, job = browser(), begun(connected(3), wave_size=1)
    go_on_with_bulk()
    answered(state="rejected", effect="none")

    def press(name: str) -> None:
        found = re.findall(rf'hx-get="([^"]*/{name}[^"]*)"', client.get(job_page(job)).text)
        assert client.post(found[0], {"_form_submitted": "True"})["HX-Redirect"] == job_page(job)

    press("stop")
    assert state_of(job) == State.CANCELLED
    press("resume")
    assert state_of(job) == State.RUNNING
    press("stop")
    judge(at=NOW)
    press("retry")
    assert (state_of(job), job.steps.filter(outcome="waiting").count()) == (State.RUNNING, 3)


def test_a_list_of_jobs_takes_as_many_queries_for_many(django_assert_num_queries: Any) -> None:
    client, stations = browser(), connected(2)
    address = "/admin/stations/bulkcommand/?o=1"
    begun(stations)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    for _ in range(10):
        begun(stations)
    with django_assert_num_queries(len(few)):
        client.get(address)


def test_who_only_looks_begins_and_stops_nothing() -> None:
    job = begun(connected(1))
    looker = browser("view_bulkcommand", "view_station")
    assert looker.get(ADD).status_code == 403
    assert looker.post(ADD, {**said(over="filter"), "begin": "1", "typed": "1"}).status_code == 403
    page = looker.get(job_page(job))
    assert page.status_code == 200
    assert "/stop" not in page.text
    assert (
        browser("view_station", "add_command", "view_command")
        .get(f"/admin/stations/bulkcommand/{job.pk}/progress/")
        .status_code
        == 403
    )


def test_kinds_that_need_more_rights_are_not_offered() -> None:
    connected(1)
    page = browser("add_command", "view_station", "view_bulkcommand").get(f"{ADD}?over=location").text
    offered = re.findall(r'<option value="([a-z_]+)"', page[page.index('name="kind"') : page.index('name="action"')])
    assert offered == ["command", "configuration", "reset", "availability"]


def hosted() -> tuple[Company, list[Station]]:
    """A company, and three stations of which it hosts the first; two carry labels, one of each house."""
    company, stations = Company.objects.create(name="Host"), connected(3)
    places = [
        Location.objects.create(code=code, latitude=42, longitude=74, host=host, labels=[code.lower()])
        for code, host in (("OWN", company), ("OTHER", None))
    ]
    for station, place in zip(stations, (places[0], places[1], places[1]), strict=True):
        Station.objects.filter(pk=station.pk).update(location=place)
    ConfigurationTemplate.objects.create(name="OF THE HOUSE")
    return company, stations


def test_staff_of_a_company_begin_jobs_over_their_own_stations() -> None:
    company, stations = hosted()
    host = browser("view_bulkcommand", "view_station", "add_command", company=company)
    page = host.get(f"{ADD}?over=location").text
    assert ('value="OWN"' in page, 'value="OTHER"' in page, 'value="other"' in page) == (True, False, False)
    assert "OF THE HOUSE" not in page
    wish = said(over="location", location="OWN", begin="", typed="1")
    answer, job = host.post(ADD, wish), BulkCommand.objects.get()
    assert answer.headers["Location"] == job_page(job)
    assert [step.station for step in job.steps.all()] == [stations[0]]
    assert host.get(job_page(job)).status_code == 200
    host.post(f"/admin/stations/bulkcommand/{job.pk}/stop/", {"_form_submitted": "on"})
    assert BulkCommand.objects.get().state in (State.CANCELLED, State.DONE)


@pytest.mark.parametrize("over", [{"over": "location", "location": "OTHER"}, {"over": "label", "label": "other"}])
def test_staff_of_a_company_ask_no_station_of_others(over: dict[str, str]) -> None:
    company, _stations = hosted()
    host = browser("view_bulkcommand", "view_station", "add_command", company=company)
    assert host.post(ADD, said(begin="", typed="2", **over)).status_code == 200
    keys = ",".join(str(station.pk) for station in Station.objects.exclude(location__code="OWN"))
    assert host.post(ADD, said(over="rows", value=keys, begin="", typed="2")).status_code == 200
    assert not BulkCommand.objects.exists()


def test_staff_of_a_company_see_and_move_no_job_of_others() -> None:
    job, company = begun(connected(1)), Company.objects.create(name="Host")
    host = browser("view_bulkcommand", "view_station", "add_command", company=company)
    for page in ("progress", "change", "stop"):
        assert host.post(f"/admin/stations/bulkcommand/{job.pk}/{page}/").status_code == 404
    assert host.get("/admin/stations/bulkcommand/").status_code == 200
    assert host.post("/admin/stations/bulkcommand/").status_code == 403
    assert BulkCommand.objects.get().state == State.RUNNING
    assert not Command.objects.exists()


def test_a_host_without_the_right_to_ask_begins_nothing() -> None:
    company, _stations = hosted()
    host = browser("view_bulkcommand", "view_station", company=company)
    assert host.get(ADD).status_code == 403
    assert host.post(ADD, said(over="location", location="OWN", begin="", typed="1")).status_code == 403


def test_a_button_that_is_pressed_twice_begins_one_job() -> None:
    client, stations = browser(), connected(2)
    address = f"{ADD}?over=rows&value={','.join(str(one.pk) for one in stations)}&kind=reset&reset=Soft"

    def seen() -> dict[str, Any]:
        return fields_of(client.post(address, {**fields_of(client.get(address).text), "preview": "1"}).text)

    pressed = {**seen(), "typed": "2", "begin": "1"}
    answers = [client.post(ADD, pressed) for _ in range(2)]
    job = BulkCommand.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [job_page(job)] * 2
    assert "It has begun already" in client.get(job_page(job)).text
    client.post(ADD, {**seen(), "typed": "2", "begin": "1"})
    assert BulkCommand.objects.count() == 2  # whoever writes it anew means it


def test_nobody_is_led_to_a_job_of_another_by_its_name() -> None:
    theirs, company = begun(connected(1)), Company.objects.create(name="Host")
    place = Location.objects.create(code="OWN", latitude=42, longitude=74, host=company)
    Station.objects.update(location=place)
    host = browser("view_bulkcommand", "view_station", "add_command", company=company)
    answer = host.post(ADD, said(over="location", location="OWN", begin="", typed="1", once=str(theirs.public_id)))
    assert answer.status_code == 200
    assert BulkCommand.objects.count() == 1


def test_a_station_that_has_left_a_company_is_asked_nothing_more_by_its_staff() -> None:
    company, stations = hosted()
    Station.objects.filter(pk=stations[1].pk).update(location=Location.objects.get(code="OWN"))
    host = browser("view_bulkcommand", "view_station", "add_command", company=company)
    host.post(ADD, said(over="location", location="OWN", begin="", typed="2", wave_size="1"))
    go_on_with_bulk()
    Station.objects.filter(pk=stations[1].pk).update(location=Location.objects.get(code="OTHER"))
    answered(effect="seen", effect_at=NOW)
    go_on_with_bulk()
    go_on_with_bulk()
    job = BulkCommand.objects.get()
    assert outcomes(job) == [(1, "success", ""), (2, "failure", "access_denied")]
    assert list(Command.objects.values_list("station", flat=True)) == [stations[0].pk]
    assert "it belongs to others by now" in host.get(job_page(job)).text
