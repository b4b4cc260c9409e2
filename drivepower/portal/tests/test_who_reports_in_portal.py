"""Who may report problems in the portal, of what, and whom they may name: staff of a company within what is its own."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from charging.models import Session
from charging.tests.world import World
from drivepower.core import alerts
from drivepower.portal.tests.companies import populate
from drivepower.portal.tests.driver.calls import browser
from drivepower.portal.tests.making import OF_COMPANIES, staff
from drivepower.portal.tests.reporting import HOUSE, PHONE, form_of, page_of_report, person_of, told
from stations.models import Report

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "status"), [("Finance", 403), *((role, 200) for role in HOUSE)])
def test_each_role_of_the_house_may_or_not(world: World, role: str, status: int) -> None:
    client, session = browser(staff(role)), world.charging(world.driver())
    addresses = [form_of(), form_of(station=world.station.code), form_of(session=session.public_id)]
    assert [client.get(address).status_code for address in addresses] == [status] * 3
    session_page = reverse("admin:charging_session_change", args=[session.pk])
    assert (reverse("admin:charging_session_report", args=[session.pk]) in client.get(session_page).text) == (
        status == 200
    )


def test_a_host_reports_of_its_own_places_alone(world: World) -> None:
    ours, _theirs = populate(world, "OURS"), populate(world, "FOREIGN")
    host = person_of(ours, "Site host")
    client = browser(host)
    sessions = {name: Session.objects.get(station__code=f"{name}-01") for name in ("OURS", "FOREIGN")}
    for about in ({"station": "FOREIGN-01"}, {"session": sessions["FOREIGN"].public_id}):
        assert client.get(form_of(**about)).status_code == 404
        assert client.post(form_of(**about), told()).status_code == 404
    assert client.post(form_of(), told(station="FOREIGN-01")).status_code == 400
    Report.objects.all().delete()
    for about in ({"station": "OURS-01"}, {"session": sessions["OURS"].public_id}):
        assert client.post(form_of(**about), told()).status_code == 302
    assert client.post(form_of(), told(station="OURS-01")).status_code == 302
    assert {one.station.code for one in Report.objects.all() if one.station} == {"OURS-01"}
    assert set(Report.objects.values_list("user", flat=True)) == {host.pk}
    assert "The cable is torn." in client.get(reverse("admin:stations_report_changelist")).text


def test_a_fleet_manager_reports_of_its_own_charges_alone(world: World) -> None:
    ours, _theirs = populate(world, "OURS"), populate(world, "FOREIGN")
    manager = person_of(ours, "Fleet manager")
    client = browser(manager)
    own, other = (Session.objects.get(company__name=f"{name} Ltd") for name in ("OURS", "FOREIGN"))
    Session.objects.filter(pk=own.pk).update(station=world.station)
    assert client.get(form_of(station="OURS-01")).status_code == 403
    assert client.get(form_of()).status_code == 403
    assert client.post(form_of(session=other.public_id), told()).status_code == 404
    assert form_of() not in client.get(reverse("admin:stations_report_changelist")).text
    Report.objects.all().delete()
    button = reverse("admin:charging_session_report", args=[own.pk])
    assert button in client.get(reverse("admin:charging_session_change", args=[own.pk])).text
    assert client.post(client.get(button).headers["Location"], told()).status_code == 302
    report = Report.objects.get()
    assert (report.session, report.user, report.station) == (own.public_id, manager, world.station)
    assert "The cable is torn." in client.get(page_of_report(report)).text


@pytest.mark.parametrize("role", OF_COMPANIES)
def test_staff_of_a_company_name_their_own_drivers_alone(world: World, role: str) -> None:
    ours = populate(world, "OURS")
    world.driver(phone=PHONE)
    User.objects.filter(name="OURS driver").update(phone="+996700000001")
    client = browser(person_of(ours, role))
    address = form_of(session=Session.objects.get().public_id)
    assert client.post(address, told(phone=PHONE)).status_code == 400
    assert client.post(address, told(phone="+996700000001")).status_code == 302
    assert Report.objects.filter(user__name="OURS driver", filed_by__startswith="staff:").count() == 1


def test_a_host_does_not_read_who_of_the_house_filed_it(world: World) -> None:
    ours = populate(world, "OURS")
    house = staff("Support")
    User.objects.filter(pk=house.pk).update(name="Nurlan of the house")
    alerts.open_alert(kind="x", subject="station:OURS-01", text="Gone", at=timezone.now())
    browser(house).post(form_of(station="OURS-01"), told())
    client, report = browser(person_of(ours, "Site host")), Report.objects.get(text="The cable is torn.")
    listing = reverse("admin:stations_report_changelist", query={"columns": "text,filer"})
    for text in (client.get(page_of_report(report)).text, client.get(listing).text):
        assert "The cable is torn." in text
        assert "Nurlan" not in text
    assert report.alert is not None
    assert str(report.alert) not in client.get(page_of_report(report)).text


@pytest.mark.parametrize(
    "about", [{"session": "x"}, {"session": ""}, {"station": "\x00"}, {"session": uuid.UUID(int=7)}], ids=str
)
def test_what_is_not_there_is_not_found(world: World, about: dict[str, Any]) -> None:
    assert browser(staff("Owner")).get(form_of(**about)).status_code == 404


def test_it_is_for_those_who_have_come_in(world: World) -> None:
    assert Client().post(form_of(station=world.station.code), told()).status_code == 302
    driver = world.driver()
    assert browser(driver).post(form_of(station=world.station.code), told()).status_code == 302
    assert not Report.objects.exists()
