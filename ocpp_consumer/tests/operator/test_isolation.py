"""Every route of the operator API to the network: as nobody, a driver, staff without rights, and another company."""

import uuid
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import Permission
from django.urls import URLPattern
from django.utils import timezone

import charging.urls
import ocpp_consumer.operator.urls
import stations.operator.urls
from accounts.models import Company, User
from accounts.staff import StaffView
from charging.models import ChargingProfile, Reservation
from drivepower.core import alerts
from drivepower.core.models import Alert
from ocpp_consumer.models import Frame
from stations.models import (
    AccessRule,
    BulkCommand,
    Certificate,
    Command,
    ConfigurationKey,
    Maintenance,
    Report,
    SecurityEvent,
    Station,
)
from stations.tests import world
from stations.tests.desk import ROOT, Desk, staff

pytestmark = pytest.mark.django_db

ROOT_KIND = Certificate.Kind.CENTRAL_SYSTEM_ROOT.value
ASKED = {"station_id": "THEIRS-1", "connector_id": 1}
PROFILE = {
    "stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Relative",
    "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": "6"}]},
}  # fmt: skip
# What is sent where a body names the other company's station; an address that names it needs a body that is valid.
BODIES: dict[str, dict[str, Any]] = {
    "stations": {"station_id": "NEW-1", "identity": "CP NEW", "location_id": "THEIR-PLACE"},
    "connectors": {**ASKED, "connector_id": 9},
    "locations": {"location_id": "NEW", "name": {"en": "x"}, "address": "x", "latitude": "1", "longitude": "1"},
    "maintenance": {"station_id": "THEIRS-1", "what": "x"},
    "access-rules": {"station_id": "THEIRS-1"},
    "certificates/request": {"station_id": "THEIRS-1"},
    "certificates/list": {"station_id": "THEIRS-1", "kind": ROOT_KIND},
    "certificates/install": {"station_id": "THEIRS-1", "kind": ROOT_KIND, "pem": "x"},
    "commands/bulk": {"action": "ClearCache", "stations": ["THEIRS-1"]},
    "stations/<str:code>/commands": {"action": "ClearCache"},
    "stations/<str:code>/configuration": {"key": "A", "value": "1"},
    "reports/<uuid:public_id>": {"state": "closed"},
    "reservations": {**ASKED, "tag": "CARD", "until": "2036-01-01T00:00:00Z"},
    "charging-profiles": {**ASKED, "profile": PROFILE},
    "charging-profiles/clear": {"station_id": "THEIRS-1"},
}


class Route(NamedTuple):
    """A method of an address."""

    method: str
    address: str


def listed(patterns: list[Any]) -> list[Route]:
    """The routes of the operator API among these."""
    found = []
    for pattern in patterns:
        view = getattr(getattr(pattern, "callback", None), "view_class", None)
        if isinstance(pattern, URLPattern) and view is not None and issubclass(view, StaffView):
            address = str(pattern.pattern).removeprefix(ROOT.removeprefix("/"))
            found += [Route(method, address) for method in sorted(view.rights)]
    return found


ROUTES = [
    *listed(stations.operator.urls.urlpatterns),
    *listed(ocpp_consumer.operator.urls.urlpatterns),
    *listed([one for one in charging.urls.urlpatterns if "operator/" in str(getattr(one, "pattern", ""))]),
]
ALL = pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.address}")


@pytest.fixture
def theirs() -> Station:
    """Another company's station, with a row of everything that hangs on it."""
    host = Company.objects.create(name="Theirs", kind="host")
    station, at = world.station("THEIRS-1", at=world.location("THEIR-PLACE", host=host)), timezone.now()
    world.connect(station, world.gateway(at=at))
    Maintenance.objects.create(station=station, what="x", made_by="x", made_at=at)
    AccessRule.objects.create(station=station)
    Report.objects.create(station=station, said_by="x", text="x", made_at=at)
    Certificate.objects.create(station=station, kind=ROOT_KIND, state="installed", issuer_key_hash="a", changed_at=at)
    ConfigurationKey.objects.create(station=station, key="A", read_at=at)
    SecurityEvent.objects.create(station=station, type="A", happened_at=at, received_at=at)
    Command.objects.create(station=station, intent="Reset", asked_by="x", asked_at=at, expires_at=at)
    BulkCommand.objects.create(action="Reset", asked_by="x", asked_at=at)
    Frame.objects.create(station=station, epoch=1, received_at=at, direction="in", text="x")
    Reservation.objects.create(station=station, tag="T", until=at, asked_by="x", asked_at=at)
    kept = {"profile_id": 1, "purpose": "TxDefaultProfile", "stack_level": 0, "document": {}}
    ChargingProfile.objects.create(station=station, number=1, asked_by="x", asked_at=at, changed_at=at, **kept)
    alerts.open_alert(kind="open_station", subject="station:THEIRS-1", text="x", at=at)
    return station


def key_of(address: str) -> str:
    """The address with the keys of the other company's rows."""
    rows: dict[str, Any] = {
        "maintenance": Maintenance, "reports": Report, "commands/bulk": BulkCommand, "commands": Command,
        "reservations": Reservation, "access-rules": AccessRule, "certificates": Certificate,
        "charging-profiles": ChargingProfile, "alerts": Alert,
    }  # fmt: skip
    filled = address.replace("<str:code>", "THEIR-PLACE" if address.startswith("locations") else "THEIRS-1")
    filled = filled.replace("<int:number>", "1")
    if "<" in filled:
        row = rows[filled.partition("/<")[0]].objects.get()
        filled = filled.replace("<uuid:public_id>", str(getattr(row, "public_id", ""))).replace(
            "<int:key>", str(row.pk)
        )
    assert "<" not in filled, f"no rule for {address}"
    return filled


def ask(person: User | None, route: Route) -> tuple[int, Any]:
    """That person's request."""
    return Desk(person).ask(route.method, key_of(route.address), BODIES.get(route.address))


def test_the_walk_knows_every_route() -> None:
    assert len(ROUTES) > 60
    assert set(BODIES) <= {route.address for route in ROUTES}


@ALL
def test_nobody_drivers_and_staff_without_the_right_are_kept_out(theirs: Station, route: Route) -> None:
    driver = User.objects.create_user(email=f"{uuid.uuid4().hex}@example.com", password="x")
    driver.user_permissions.set(Permission.objects.all())

    assert [ask(person, route)[0] for person in (None, driver, staff("auth.view_group"))] == [401, 403, 403]


@ALL
def test_another_company_finds_nothing_and_changes_nothing(theirs: Station, route: Route) -> None:
    host = staff("auth.view_group", company=Company.objects.create(name="Ours", kind="host"))
    host.user_permissions.set(Permission.objects.all())
    asked = Command.objects.count()

    status, body = ask(host, route)

    if route == ("POST", "locations"):  # their own, whatever they say
        assert body["location"]["host_id"] == str(host.company and host.company.public_id)
    elif route.method == "GET" and "data" in body:
        assert (status, body["data"]) == (200, [])
    else:
        assert status == 404, body
        assert body["error"].endswith("_not_found")
    assert Command.objects.count() == asked
    assert route.method != "GET" or "THEIRS" not in str(body)
