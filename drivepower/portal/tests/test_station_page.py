"""The station's page: every tab, for whom, with how many queries, and what a hostile station has put there."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from charging.models import MeterReading, Session, SessionMeter
from charging.tests.world import World
from drivepower.core import alerts
from drivepower.portal.station.admin import TABS
from drivepower.portal.tests.companies import host_of, populate
from drivepower.portal.tests.making import staff, superuser
from ocpp_consumer.models import Frame
from stations.models import (
    Command,
    ConfigurationKey,
    ConfigurationTemplate,
    ConnectionSpan,
    Connector,
    ConnectorState,
    DiagnosticsJob,
    FirmwareJob,
    Maintenance,
    Report,
    Station,
    StatusSpan,
)

NASTY = "<script>alert(1)</script>"
PAGES = [name for name in TABS if name != "settings"]


def page_of(station: Station, tab: str = "now") -> str:
    """Its address."""
    return f"/admin/stations/station/{station.pk}/change/?tab={tab}"


def browser(person: Any) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(person)
    return client


def populated(station: Station, *, times: int) -> None:
    """Something of everything, each in words that a hostile station would choose."""
    at = timezone.now()
    Station.objects.filter(pk=station.pk).update(vendor=NASTY, model=NASTY, firmware=NASTY)
    for n in range(times):
        when = at - timedelta(minutes=n + 1)
        epoch = 1000 + ConnectionSpan.objects.count()
        Frame.objects.create(station=station, epoch=1, received_at=when, direction="in", action=NASTY, text=NASTY)
        ConfigurationKey.objects.create(station=station, key=f"{epoch}{NASTY}", value=NASTY, read_at=when)
        ConnectionSpan.objects.create(station=station, epoch=epoch, since=when, until=when, address=NASTY)
        StatusSpan.objects.create(station=station, number=1, status=NASTY, error_code=NASTY, since=when, until=when)
        FirmwareJob.objects.create(
            station=station, location="http://x/y", retrieve_at=at, status=NASTY, asked_at=at, changed_at=at
        )
        DiagnosticsJob.objects.create(station=station, file_name=NASTY, status=NASTY, asked_at=at, changed_at=at)
        Maintenance.objects.create(station=station, what=NASTY, made_by="x", made_at=at)
        Report.objects.create(station=station, said_by="x", text=NASTY, made_at=at)
        answer = {"status": NASTY}
        Command.objects.create(
            station=station, intent="Reset", asked_by="x", asked_at=at, expires_at=at, answer=answer, state="failed"
        )
        alerts.open_alert(kind=f"x{epoch}", subject=f"station:{station.code}", text=NASTY, at=at)
    ConnectorState.objects.update_or_create(
        station=station,
        number=1,
        defaults={
            **{"status": NASTY, "error_code": NASTY, "info": NASTY, "vendor_id": NASTY, "vendor_error_code": NASTY},
            **{"effective_at": at, "received_at": at},
        },
    )


@pytest.mark.parametrize("tab", PAGES)
def test_it_shows_what_a_hostile_station_says_as_text(world: World, tab: str) -> None:
    populated(world.station, times=2)
    client = browser(superuser())
    for address in (page_of(world.station, tab), f"/admin/stations/station/{world.station.pk}/live/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert NASTY not in answer.text
        assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("tab", PAGES)
def test_it_asks_as_often_for_much_as_for_little(
    world: World,
    tab: str,
    django_assert_num_queries: Callable[..., Any],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    populated(world.station, times=1)
    client = browser(superuser())
    client.get(page_of(world.station, tab))
    with django_assert_max_num_queries(30) as few:
        client.get(page_of(world.station, tab))
    populated(world.station, times=12)
    with django_assert_num_queries(len(few)) as many:
        client.get(page_of(world.station, tab))
    tables = " ".join(query["sql"] for query in many)
    assert ("ocpp_consumer_frame" in tables) == (tab == "log")
    assert ("stations_configurationkey" in tables) == (tab == "configuration")
    assert 'COUNT(*) AS "__count" FROM "ocpp_consumer_frame"' not in tables


def test_it_shows_drift_and_what_may_not_be_set(world: World) -> None:
    at = timezone.now()
    ConfigurationTemplate.objects.create(name="T", wanted={"HeartbeatInterval": "300", "WebSocketPingInterval": "20"})
    kept = [("HeartbeatInterval", "60", False), ("NumberOfConnectors", "2", True), ("WifiPassword", None, False)]
    for key, value, is_read_only in kept:
        ConfigurationKey.objects.create(
            station=world.station, key=key, value=value, is_read_only=is_read_only, read_at=at
        )
    page = browser(superuser()).get(page_of(world.station, "configuration")).text
    assert "2 keys differ" in page
    assert "ask/ChangeConfiguration/?key=HeartbeatInterval&amp;value=60" in page
    assert "key=NumberOfConnectors" not in page
    assert "read-only" in page
    assert "apply_template" in page


def test_it_says_why_and_since_when_it_is_offline(world: World) -> None:
    at = timezone.now()
    Station.objects.filter(pk=world.station.pk).update(gateway=None)
    ConnectionSpan.objects.filter(station=world.station).delete()
    ConnectionSpan.objects.create(
        station=world.station, epoch=9, since=at - timedelta(hours=2), until=at, reason="gateway_died", close_code=1006
    )
    page = browser(superuser()).get(page_of(world.station)).text
    assert "Offline" in page
    assert "the server process ended (1006)" in page
    assert "UTC+" in page


def test_an_alert_is_shown_until_its_cause_goes(world: World) -> None:
    subject, at = f"station:{world.station.code}", timezone.now()
    alerts.open_alert(kind="x", subject=subject, text="It hums.", at=at)
    client = browser(superuser())
    assert "It hums." in client.get(page_of(world.station)).text
    alerts.resolve_alert(kind="x", subject=subject, at=at)
    assert "It hums." not in client.get(page_of(world.station)).text


def charge(world: World) -> Session:
    """A car that charges, with an hour of readings of which others' are kept apart."""
    at = timezone.now()
    session = world.begin(world.card(world.driver()).value, at=at - timedelta(hours=1)).session
    Session.objects.filter(pk=session.pk).update(started_at=at - timedelta(hours=1), meter_start_wh=1000)
    SessionMeter.objects.update_or_create(
        session=session, defaults={"energy_wh": 7200, "power_w": 7400, "soc": Decimal(55)}
    )
    for n in range(600):
        when = at - timedelta(hours=1) + timedelta(seconds=6 * n)
        for key, measurand, value in (
            (session.pk, "Power.Active.Import", 7400),
            (session.pk, "Energy.Active.Import.Register", 1000 + 12 * n),
            (session.pk + 1, "Power.Active.Import", 99_000),
        ):
            MeterReading.objects.create(
                part_at=when, session_key=key, station=session.station, number=session.connector.number, at=when,
                measurand=measurand, location="Outlet", unit="W", value=value,
            )  # fmt: skip
    return session


def test_it_draws_the_readings_of_that_session_alone_and_few_of_them(
    world: World, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    session = charge(world)
    client = browser(superuser())
    page = client.get(page_of(world.station)).text
    address = f"/admin/stations/station/{world.station.pk}/readings/{session.pk}/"
    assert f'data-readings="{address}"' in page
    assert "7.2 kWh" in page
    assert "55 %" in page
    with django_assert_max_num_queries(12):
        told = client.get(address).json()
    power, energy = told["datasets"]
    assert 100 < len(told["labels"]) <= 121
    assert set(power["values"]) == {7.4}
    assert energy["values"][0] < energy["values"][-1] == pytest.approx(7.188)


def test_staff_of_a_company_see_their_own_stations_and_ask_nothing(world: World) -> None:
    ours, foreign = populate(world, "OURS"), populate(world, "FOREIGN")
    mine, theirs = Station.objects.get(code="OURS-01"), Station.objects.get(code="FOREIGN-01")
    assert ours != foreign
    client = browser(host_of(ours))
    for tab in PAGES:
        page = client.get(page_of(mine, tab))
        assert page.status_code == 200
        assert "FOREIGN" not in page.text
        assert "/ask/" not in page.text
        assert client.get(page_of(theirs, tab)).status_code == 404
    session = Session.objects.get(station=theirs)
    for path in ("live/", f"readings/{session.pk}/", "ask/Reset/"):
        assert client.get(f"/admin/stations/station/{theirs.pk}/{path}").status_code == 404
    assert client.post(f"/admin/stations/station/{mine.pk}/ask/Reset/", {"type": "Soft"}).status_code == 403
    assert client.post(f"/admin/stations/station/{mine.pk}/check/").status_code == 403


def test_a_role_sees_the_parts_that_its_rights_open(world: World) -> None:
    populated(world.station, times=1)
    person = staff("Finance")
    person.groups.clear()
    client = browser(person)
    assert client.get(page_of(world.station)).status_code == 403
    person.user_permissions.set(Permission.objects.filter(codename="view_station"))
    client = browser(type(person).objects.get(pk=person.pk))
    page = client.get(page_of(world.station)).text
    assert "Connectors" in page
    assert "Open alerts" not in page
    assert "Latest commands" not in page
    reported = "It sparks."
    Report.objects.create(station=world.station, said_by="x", text=reported, made_at=timezone.now())
    assert reported not in client.get(page_of(world.station, "upkeep")).text
    assert reported in browser(superuser()).get(page_of(world.station, "upkeep")).text


def test_it_brings_the_local_list_in_step(world: World) -> None:
    client = browser(superuser())
    address = f"/admin/stations/station/{world.station.pk}/list/"
    assert address in client.get(page_of(world.station, "profiles")).text
    assert client.post(address)["HX-Redirect"].endswith("?tab=profiles")
    kept = world.station.local_list
    assert kept.is_kept
    assert kept.checked_at is None


def test_the_plain_form_stays_under_settings(world: World) -> None:
    page = browser(superuser()).get(page_of(world.station, "settings")).text
    assert 'name="service_state"' in page
    assert 'href="?tab=now"' in page


@pytest.mark.parametrize("model", ["station", "connector"])
def test_its_lists_ask_as_often_for_many_rows_as_for_few(
    world: World,
    model: str,
    django_assert_num_queries: Callable[..., Any],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    client, address = browser(superuser()), f"/admin/stations/{model}/"
    populated(world.station, times=1)
    client.get(address)
    with django_assert_max_num_queries(30) as few:
        client.get(address)
    for n in range(12):
        made = Station.objects.create(code=f"MORE-{n}", identity=f"more {n}", location=world.station.location)
        Connector.objects.create(station=made, number=1)
        ConnectorState.objects.create(
            station=made, number=1, status="Available", effective_at=timezone.now(), received_at=timezone.now()
        )
    with django_assert_num_queries(len(few)):
        page = client.get(address)
    assert "MORE-11" in page.text
    assert NASTY not in page.text
