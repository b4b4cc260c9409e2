"""A technician takes a station from its box into service and looks after it; prices and retiring are not theirs."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import TariffPlan
from drivepower.portal.tests.making import staff
from ocpp_consumer.bulk.rights import may_begin
from stations.models import BulkCommand, Commissioning, Connector, Knock, Location, Station
from stations.tests.desk import Desk
from stations.tests.world import connect, gateway, say

pytestmark = pytest.mark.django_db
SENT = {"_form_submitted": "on"}
TECHNICIAN = "Technician"


@pytest.fixture
def client() -> Client:
    """A technician's browser."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(staff(TECHNICIAN))
    return client


@pytest.fixture
def plan() -> TariffPlan:
    """Somebody else's prices."""
    return TariffPlan.objects.create(name="Night", currency="KGS")


@pytest.fixture
def station(plan: TariffPlan) -> Station:
    """One in use, with a connector and a plan."""
    place = Location.objects.create(code="PLACE", latitude=42, longitude=74)
    made = Station.objects.create(code="BSK-01", identity="cp-1", location=place, tariff_plan=plan)
    Connector.objects.create(station=made, number=1, type="CCS2")
    return made


def page_of(made: Station) -> str:
    """Its form."""
    return f"{reverse('admin:stations_station_change', args=[made.pk])}?tab=settings"


def fields(client: Client, address: str) -> dict[str, str]:
    """What the page's form would send as it is."""
    form = client.get(address).context["adminform"].form
    sets = [one.formset for one in client.get(address).context["inline_admin_formsets"]]
    said: dict[str, Any] = {}
    for bound in (form, *[part for one in sets for part in (one.management_form, *one.forms)]):
        for field in bound:
            value = field.value()
            shown = ",".join(value) if isinstance(value, list) else "" if value is None else str(value)
            said |= {field.html_name: shown} if value is not False else {}
            said |= {field.html_initial_name: shown} if field.field.show_hidden_initial and value is not False else {}
    return said


def test_they_go_from_box_to_service(client: Client) -> None:
    at = timezone.now()
    knock = Knock.objects.create(kind="station", value="SN-77", reason="unknown station", first_at=at, last_at=at)
    adopted = client.post(
        reverse("admin:stations_knock_adopt", args=[knock.pk]), {**SENT, "confirmed": "on", "code": "NEW-1"}
    )
    row = Commissioning.objects.get()
    assert adopted.headers["HX-Redirect"].startswith("/admin/stations/commissioning/")
    page = reverse("admin:stations_commissioning_page", args=[row.public_id])
    shown = client.post(page, {"act": "make_key", "sure": "1"})
    (key,) = re.findall(r">([0-9a-f]{40})</textarea>", shown.text)
    assert key not in client.get(page).text
    say(row.station, 1, "Available", at=timezone.now())
    assert client.post(page, {"act": "tell_connectors", "type_1": "CCS2", "power_1": "60"}).status_code == 302
    assert client.post(page, {"act": "finish", "why_not": "no car today", "is_public": "1"}).status_code == 302
    made = Station.objects.get()
    assert (made.service_state, made.is_public) == ("in_service", True)


def test_they_change_keys_of_a_station_in_service(client: Client, station: Station) -> None:
    issued = client.post(reverse("admin:stations_station_issue_key", args=[station.pk]), SENT)
    assert re.search(r"[0-9a-f]{40}", issued.text)
    connect(station, gateway(at=timezone.now()))
    sent = client.post(reverse("admin:stations_station_rotate_key", args=[station.pk]), SENT)
    assert "/stations/command/" in sent.headers["HX-Redirect"]


def test_they_change_a_station_and_leave_its_price(client: Client, station: Station, plan: TariffPlan) -> None:
    address = page_of(station)
    text = client.get(address).text
    assert 'name="tariff_plan"' not in text
    assert 'name="connectors-0-tariff_plan"' not in text
    assert 'value="retired"' not in text
    other = TariffPlan.objects.create(name="Cheap", currency="KGS")
    said = fields(client, address) | {"serial": "SN-1", "tariff_plan": str(other.pk), "service_state": "out_of_service"}
    assert client.post(address, said).status_code == 302
    station.refresh_from_db()
    assert (station.serial, station.tariff_plan, station.service_state) == ("SN-1", plan, "out_of_service")
    said = fields(client, address) | {"service_state": "retired"}
    assert client.post(address, said).status_code == 200
    assert Station.objects.get().service_state == "out_of_service"


def test_who_keeps_prices_and_places_still_does(station: Station) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(staff("Operator"))
    text = client.get(page_of(station)).text
    assert 'name="tariff_plan"' in text
    assert 'name="connectors-0-tariff_plan"' in text
    assert 'value="retired"' in text


def test_a_retired_station_stays_retired(client: Client, station: Station) -> None:
    Station.objects.update(service_state="retired")
    assert 'name="service_state"' not in client.get(page_of(station)).text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("stations/BSK-01", {"tariff_plan_id": None}),
        ("stations/BSK-01", {"service_state": "retired"}),
        ("connectors/BSK-01/1", {"tariff_plan_id": "OTHER"}),
    ],
    ids=["price", "retiring", "price of a connector"],
)
def test_the_api_refuses_the_same(station: Station, path: str, body: dict[str, Any]) -> None:
    other = TariffPlan.objects.create(name="Cheap", currency="KGS")
    body = json.loads(json.dumps(body).replace("OTHER", str(other.public_id)))
    status, said = Desk(staff(TECHNICIAN)).ask("PATCH", path, body)
    assert (status, said["error"]) == (403, "access_denied")
    assert Desk(staff("Operator")).ask("PATCH", path, body)[0] == 200


def test_the_api_takes_what_is_theirs(station: Station, plan: TariffPlan) -> None:
    desk = Desk(staff(TECHNICIAN))
    assert desk.ask("PATCH", "stations/BSK-01", {"serial": "SN-2", "tariff_plan_id": str(plan.public_id)})[0] == 200
    assert desk.ask("PATCH", "connectors/BSK-01/1", {"max_power_w": 60_000})[0] == 200
    assert desk.post("stations", station_id="BSK-02", identity="cp-2")[0] == 201
    assert desk.post("stations", station_id="BSK-03", identity="cp-3", service_state="retired")[0] == 403
    assert desk.ask("DELETE", "stations/BSK-01")[0] == 403


def test_prices_of_many_and_imports_are_not_theirs(client: Client) -> None:
    assert may_begin(staff("Operator"), BulkCommand.Kind.TARIFF)
    page = client.get(f"{reverse('admin:stations_bulkcommand_add')}?over=location").text
    offered = re.findall(r'<option value="([a-z_]+)"', page[page.index('name="kind"') : page.index('name="action"')])
    assert "tariff" not in offered
    assert {"firmware", "configuration", "reset"} <= set(offered)
    assert client.get(reverse("admin:portal_import")).status_code == 403
    assert reverse("admin:portal_import") not in client.get(reverse("admin:index")).text


@pytest.mark.parametrize(("role", "is_offered"), [("Technician", True), ("Operator", True), ("Support", False)])
def test_adopting_is_offered_to_those_who_may(role: str, is_offered: bool) -> None:
    at = timezone.now()
    knock = Knock.objects.create(kind="station", value="SN-77", reason="unknown station", first_at=at, last_at=at)
    client = Client()
    client.force_login(staff(role))
    page = client.get(reverse("admin:stations_knock_changelist")).text
    assert "SN-77" in page
    assert (reverse("admin:stations_knock_adopt", args=[knock.pk]) in page) is is_offered
