"""Operators read what stations are set to and report, look after alerts, and ask for certificates."""

import pytest
from django.utils import timezone

from accounts.models import Company
from drivepower.core import alerts
from stations.models import Certificate, Command, ConfigurationKey, SecurityEvent, Station
from stations.tests import papers, world
from stations.tests.desk import Desk, staff

pytestmark = pytest.mark.django_db

ROOT_KIND = Certificate.Kind.CENTRAL_SYSTEM_ROOT


@pytest.fixture
def desk() -> Desk:
    """Somebody of the house who may do anything."""
    return Desk(staff())


def fill(station: Station) -> None:
    """A row of everything that is heard of a station."""
    at = timezone.now()
    for key, value in (("HeartbeatInterval", "300"), ("AuthorizationKey", None)):
        ConfigurationKey.objects.create(station=station, key=key, value=value, read_at=at)
    SecurityEvent.objects.create(station=station, type="StartupOfTheDevice", happened_at=at, received_at=at)
    Certificate.objects.create(station=station, kind=ROOT_KIND, state="installed", changed_at=at)


def test_it_lists_what_stations_are_set_to(desk: Desk) -> None:
    fill(world.station())
    fill(world.station("BSK-02"))

    [row] = desk.listed("configuration", station="BSK-01", key="heartbeatinterval")

    assert (row["station_id"], row["key"], row["value"]) == ("BSK-01", "HeartbeatInterval", "300")
    assert len(desk.listed("configuration")) == 4


def test_it_lists_security_events_of_a_time(desk: Desk) -> None:
    fill(world.station())
    later = timezone.now().isoformat()

    assert [row["type"] for row in desk.listed("security-events", station="BSK-01")] == ["StartupOfTheDevice"]
    assert desk.listed("security-events", since=later) == []
    assert len(desk.listed("security-events", until=later)) == 1
    assert desk.listed("security-events", type="FirmwareUpdated") == []


@pytest.mark.parametrize("path", ["configuration", "security-events", "certificates"])
def test_it_takes_as_many_queries_for_many_rows(desk: Desk, path: str) -> None:
    fill(world.station())
    few = desk.queries(path)
    for number in range(2, 13):
        fill(world.station(f"BSK-{number}"))

    assert desk.queries(path) == few


def test_an_alert_is_looked_after_by_whoever_comes_first(desk: Desk) -> None:
    alerts.open_alert(kind="outage", subject="network", text="Many are gone.", at=timezone.now())
    [row] = desk.listed("alerts", open="true", acknowledged="false", kind="outage")
    other = Desk(staff("core.view_alert", "core.change_alert"))

    taken = desk.ask("POST", f"alerts/{row['id']}/acknowledge")[1]["alert"]

    assert taken["acknowledged_by"] == desk.by
    assert other.ask("POST", f"alerts/{row['id']}/acknowledge")[1]["alert"] == taken
    assert desk.get(f"alerts/{row['id']}")[1]["alert"] == taken
    assert desk.listed("alerts", acknowledged="false") == []
    assert desk.listed("alerts", open="false") == []
    for key in ("99", "9" * 40):
        assert desk.get(f"alerts/{key}")[1]["error"] == "alert_not_found"
    assert Desk(staff("core.view_alert")).ask("POST", f"alerts/{row['id']}/acknowledge")[0] == 403


def test_alerts_are_the_houses() -> None:
    alerts.open_alert(kind="open_station", subject="station:BSK-01", text="x", at=timezone.now())
    host = Desk(staff("core.view_alert", "core.change_alert", company=Company.objects.create(name="Host")))

    assert host.listed("alerts") == []


def test_a_station_is_asked_for_and_given_certificates(desk: Desk) -> None:
    made = world.station()
    asked = {"station_id": "BSK-01", "kind": ROOT_KIND.value}

    wanted = desk.post("certificates/request", station_id="BSK-01")
    listed = desk.post("certificates/list", **asked)
    given = desk.post("certificates/install", **asked, pem=papers.self_signed())

    assert [wanted[0], listed[0], given[0]] == [202, 202, 202], given
    intents = Command.objects.filter(station=made, asked_by=desk.by).order_by("id").values_list("intent", flat=True)
    assert list(intents) == ["request_certificate", "list_certificates", "install_certificate"]
    [row] = desk.listed("certificates", kind=ROOT_KIND.value, state="sent")
    assert row["id"] == given[1]["certificate"]["id"]


def test_it_refuses_what_is_no_certificate_and_deletes_only_what_the_station_named(desk: Desk) -> None:
    made = world.station()
    fill(made)
    asked = {"station_id": "BSK-01", "kind": ROOT_KIND.value}
    row = Certificate.objects.get()

    assert desk.post("certificates/install", **asked, pem="no")[1]["error"] == "certificate_malformed"
    assert desk.ask("DELETE", f"certificates/{row.pk}")[1]["error"] == "certificate_not_listed"
    Certificate.objects.update(issuer_key_hash="ab")
    assert desk.ask("DELETE", f"certificates/{row.pk}")[0] == 202
    assert Command.objects.get().intent == "delete_certificate"


def test_what_another_companys_stations_say_is_nowhere() -> None:
    ours, others = (Company.objects.create(name=name, kind="host") for name in ("Ours", "Theirs"))
    fill(world.station(at=world.location(host=others)))
    rights = ["configurationkey", "securityevent", "certificate"]
    host = Desk(staff(*(f"stations.view_{one}" for one in rights), "stations.add_command", company=ours))

    assert [host.listed(path) for path in ("configuration", "security-events", "certificates")] == [[], [], []]
    paper = Certificate.objects.get().pk
    assert host.get(f"certificates/{paper}")[0] == 404
    assert host.ask("DELETE", f"certificates/{paper}")[0] == 404
    asked = {"station_id": "BSK-01", "kind": ROOT_KIND.value, "pem": "x"}
    assert host.post("certificates/request", station_id="BSK-01")[0] == 404
    assert host.post("certificates/list", station_id="BSK-01", kind=ROOT_KIND.value)[0] == 404
    assert host.post("certificates/install", **asked)[0] == 404
    assert not Command.objects.exists()
