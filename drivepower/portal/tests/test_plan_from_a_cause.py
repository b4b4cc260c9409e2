"""Maintenance planned from an alert or a report: the form is filled in by it, the work bears it, its page shows it."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from charging.tests.world import World
from drivepower.core.models import Alert
from drivepower.portal.tests.making import staff
from drivepower.portal.upkeep import planning
from stations import reports
from stations.models import Maintenance, Report

pytestmark = pytest.mark.django_db
FORM = "/admin/stations/maintenance/add/"
TEXT = "Connector 2 says GroundFailure."


@pytest.fixture
def client() -> Client:
    """A technician's browser."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff("Technician"))
    return client


@pytest.fixture
def alert(world: World) -> Alert:
    """An open alert about the station's second connector."""
    at = timezone.now()
    subject = f"connector:{world.station.code}/2"
    return Alert.objects.create(kind="connector_faulted", subject=subject, text=TEXT, opened_at=at, last_at=at)


@pytest.fixture
def report(world: World) -> Report:
    """What a driver has told, which opens an alert of its own."""
    return reports.make(
        said_by="public", user=None, station=world.station, number=1, session=None, kind="cable",
        text="The cable\n is torn", contact="", photo=None, at=timezone.now(),
    )  # fmt: skip


def link(client: Client, address: str, words: str) -> str:
    """Where the link of these words leads."""
    page = client.get(address).content.decode()
    (found,) = {*re.findall(rf'href="([^"]+)"[^>]*>\s*(?:<[^>]*>[^<]*</[^>]*>)?\s*{re.escape(words)}', page)}
    return html.unescape(found)


def page_of(alert: Alert) -> str:
    """Its page."""
    return reverse("admin:core_alert_change", args=[alert.pk])


def filled(client: Client, address: str) -> dict[str, Any]:
    """What the form at that address begins with."""
    form = client.get(address).context["adminform"].form
    return {name: form[name].value() for name in ("station", "number", "what", "alert", "report")}


def send(client: Client, address: str, said: dict[str, Any]) -> Any:
    """The form, as it is filled in."""
    return client.post(
        address, {name: value for name, value in said.items() if value is not None} | {"state": "planned"}
    )


def test_an_alert_goes_by_the_tab_into_the_form_and_shows_its_work(world: World, client: Client, alert: Alert) -> None:
    tab = link(client, page_of(alert), "upkeep of the station")
    assert tab.endswith(f"?tab=upkeep&alert={alert.pk}")
    address = link(client, tab, "Plan maintenance")
    said = filled(client, address)
    assert {name: str(value) for name, value in said.items()} == {
        "station": str(world.station.pk), "number": "2", "what": TEXT, "alert": str(alert.pk), "report": "None",
    }  # fmt: skip

    assert send(client, address, said).status_code == 302

    work = Maintenance.objects.get()
    assert (work.alert, work.station, work.number) == (alert, world.station, 2)
    shown = client.get(page_of(alert)).content.decode()
    assert reverse("admin:stations_maintenance_change", args=[work.pk]) in shown


def test_of_one_alert_there_is_one_work(client: Client, alert: Alert) -> None:
    said = filled(client, f"{FORM}?alert={alert.pk}")
    send(client, FORM, said)
    answer = send(client, FORM, said)
    assert "Somebody has made work of it already." in answer.content.decode()
    assert Maintenance.objects.count() == 1


def test_a_report_goes_into_the_form_and_is_taken(world: World, client: Client, report: Report) -> None:
    begin = client.get(reverse("admin:stations_report_plan", args=[report.pk]))
    assert begin.headers["Location"] == f"{FORM}?report={report.pk}"
    said = filled(client, begin.headers["Location"])
    assert (said["what"], said["number"]) == ("The cable is torn", 1)

    assert send(client, begin.headers["Location"], said).status_code == 302

    report.refresh_from_db()
    assert (report.state, Maintenance.objects.get().report) == (Report.State.TAKEN, report)


def test_the_alert_of_a_report_carries_both(client: Client, report: Report) -> None:
    alert = Alert.objects.get()
    said = filled(client, f"{FORM}?alert={alert.pk}")
    assert (int(said["alert"]), int(said["report"])) == (alert.pk, report.pk)
    send(client, FORM, said)
    work = Maintenance.objects.get()
    assert (work.alert, work.report, work.station) == (alert, report, report.station)


@pytest.mark.parametrize("query", ["alert=999999", "alert=x", "report=٣", "alert=" + "9" * 40])
def test_a_cause_that_is_none_fills_nothing_in(world: World, client: Client, query: str) -> None:
    assert filled(client, f"{FORM}?{query}")["what"] in (None, "")


def test_what_one_may_not_read_fills_nothing_in(alert: Alert) -> None:
    person = staff("Technician")
    person.groups.clear()
    person.user_permissions.set(Permission.objects.filter(codename__in=["add_maintenance", "view_maintenance"]))
    client = Client()
    client.force_login(person)
    assert TEXT not in client.get(f"{FORM}?alert={alert.pk}").content.decode()


def test_an_alert_about_a_connector_stands_on_the_board_and_is_planned(
    world: World, client: Client, alert: Alert
) -> None:
    page = client.get(reverse("admin:portal_upkeep")).content.decode()
    assert f'id="alert-{alert.pk}"' in page
    work = planning.plan_alert(alert=alert, by="staff:x", at=timezone.now())
    assert (work.station, work.number) == (world.station, 2)


def test_support_answers_and_plans_nothing(client: Client, report: Report) -> None:
    support = Client()
    support.force_login(staff("Support"))
    board = support.get(reverse("admin:portal_upkeep")).content.decode()
    assert 'value="answer"' in board
    assert 'value="plan_report"' not in board
    support.post(reverse("admin:portal_upkeep"), {"act": "answer", "row": report.pk, "text": "A new one is there."})
    report.refresh_from_db()
    assert (report.state, report.answer) == (Report.State.ANSWERED, "A new one is there.")
