"""A portal in Bishkek with a place in Berlin: each page says whose clock a time is by, where it is not the portal's."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from billing.models import Transfer
from charging.models import Reservation
from charging.tests.world import NOW, World
from drivepower.core import alerts
from drivepower.core.models import Alert
from drivepower.core.sentences import sentence
from drivepower.portal.figures import take
from drivepower.portal.rows.looking import Open, look
from drivepower.portal.rows.topics import TOPICS
from drivepower.portal.station.page import Page
from drivepower.portal.stream import draw_for
from drivepower.portal.tests.driver.calls import page as page_of_driver
from drivepower.portal.tests.explain.pages import time_of
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.streaming import sitting_for
from ocpp_consumer.models import Frame
from stations.models import Command, Location, Maintenance

pytestmark = pytest.mark.django_db
# 15:00 in Bishkek.
THERE = "10:00 (UTC+01:00)"
ALERTS = reverse("admin:core_alert_changelist")


@pytest.fixture
def berlin(world: World) -> World:
    """The place is in Berlin."""
    Location.objects.filter(code="BSK").update(time_zone="Europe/Berlin")
    world.station.refresh_from_db()
    return world


@pytest.fixture
def person() -> User:
    """Somebody who may see everything."""
    return superuser()


@pytest.fixture
def client(person: User) -> Client:
    """Their browser."""
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(person)
    return browser


def about(world: World, thing: str) -> str:
    """What an alert says it is about."""
    if thing == "session":
        return world.charging(world.driver()).subject
    return thing


@pytest.mark.parametrize(
    "thing", ["station:BSK-01", "station:BSK-01:stop:7", "connector:BSK-01/1", "session", "location:BSK"]
)
def test_an_alert_is_told_by_the_clock_of_its_place_too(berlin: World, client: Client, thing: str) -> None:
    alerts.open_alert(kind="x", subject=about(berlin, thing), text="Look", at=NOW)
    shown = client.get(ALERTS).text
    assert "2 Mar 2026, 15:00:00" in shown
    assert f'title="Europe/Berlin">{THERE}</small>' in shown


@pytest.mark.parametrize("subject", ["station:GONE", "session:0", "session:x", "session:99999999999999999999", "books"])
def test_an_alert_of_no_known_place_is_told_by_the_portals_clock(berlin: World, client: Client, subject: str) -> None:
    alerts.open_alert(kind="x", subject=subject, text="Look", at=NOW)
    shown = client.get(ALERTS).text
    assert "2 Mar 2026, 15:00:00" in shown
    assert "Europe/Berlin" not in shown


def test_many_alerts_ask_no_more_than_one(berlin: World, client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(ALERTS).text.count(THERE)
        return len(asked)

    subjects = iter([about(berlin, "session"), "station:BSK-01", "connector:BSK-01/1", "connector:BSK-01/2", "books"])
    alerts.open_alert(kind="x", subject=next(subjects), text="Look", at=NOW)
    few = cost()
    for subject in subjects:
        alerts.open_alert(kind="x", subject=subject, text="Look", at=NOW)
    assert cost() == few


def test_an_open_list_of_alerts_hears_both_clocks(berlin: World, person: User) -> None:
    alerts.open_alert(kind="x", subject="station:BSK-01", text="Look", at=NOW)
    seen = look(Open(TOPICS["alert"], sitting_for(person), "en", [Alert.objects.get().pk], QueryDict("")))
    assert seen is not None
    [row] = seen.rows.values()
    assert row["last_at"]["text"] == f"2 Mar 2026, 15:00:00 {THERE}"


def test_pages_of_rows_name_the_clock_and_tell_that_of_the_place(berlin: World, client: Client) -> None:
    said = {"epoch": 1, "direction": "in", "action": "Heartbeat", "text": "[]"}
    alerts.open_alert(kind="x", subject="station:BSK-01", text="Look", at=NOW)
    for row in (
        berlin.charging(berlin.driver()),
        Frame.objects.create(station=berlin.station, received_at=NOW, **said),
        Alert.objects.get(),
    ):
        shown = client.get(reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])).text
        assert "2 Mar 2026, 15:00:00 (UTC+06:00)" in shown
        assert f'title="Europe/Berlin">{THERE}</small>' in shown


def test_a_page_of_a_row_of_no_place_names_the_clock(client: Client, world: World) -> None:
    transfer = Transfer.objects.get(target=world.wallet(world.driver()))
    shown = client.get(reverse("admin:billing_transfer_change", args=[transfer.pk])).text
    assert "(UTC+06:00)" in shown


def test_the_start_page_and_its_stream_tell_which_clock_a_charge_began_by(
    berlin: World, client: Client, person: User
) -> None:
    berlin.charging(berlin.driver())
    text = sentence("Its connection ended at %(moment)s.", moment=NOW)
    alerts.open_alert(kind="station_offline", subject="station:BSK-01", text=text, at=NOW)
    figures = take(at=timezone.now(), zone=ZoneInfo("Asia/Bishkek"))
    board = draw_for(sitting_for(person), figures=figures, language="en")
    assert board is not None
    page = client.get(reverse("admin:index")).text
    for shown in (THERE, "Its connection ended at 2 Mar 2026 15:00 (UTC+06:00)."):
        assert shown in page
        assert shown in str(board.rows)


def test_an_explanation_tells_moments_of_alerts_by_the_clock_of_its_place(berlin: World, client: Client) -> None:
    text = sentence("Its connection ended at %(moment)s.", moment=NOW)
    alerts.open_alert(kind="station_offline", subject="station:BSK-01", text=text, at=NOW)
    shown = client.get(time_of(berlin.station, since="2026-03-02T09:30", until="2026-03-02T10:30")).text
    assert "all times: Europe/Berlin (UTC+01:00)" in shown
    assert "Its connection ended at 2 Mar 2026 10:00 (UTC+01:00)." in shown


def test_what_is_found_says_which_clock_it_is_by(berlin: World, client: Client) -> None:
    session = berlin.charging(berlin.driver(phone="+996555123456"))
    for asked in (str(session.public_id), "0555123456 2026-03-02 10:05"):
        found = client.get("/admin/find.json", {"q": asked}).json()["found"]
        assert THERE in found[0]["rows"][0]["detail"]


def test_a_drivers_page_says_which_clock_charges_and_reservations_are_by(berlin: World, client: Client) -> None:
    driver = berlin.driver()
    berlin.charging(driver)
    until = NOW + timedelta(minutes=30)
    Reservation.objects.create(
        station=berlin.station, connector=berlin.one, driver=driver, tag="T", asked_at=NOW, until=until
    )
    panels = {one.id: one for one in client.get(page_of_driver(driver)).context["panels"]}
    for name, cells, times in (("charges", 1, ["10:00"]), ("reservations", 3, ["10:00", "10:30"])):
        [row] = panels[name].rows
        told = [(cell.text[-5:], cell.note) for cell in row[:cells] if ":" in cell.text]
        assert told == [(time, "UTC+01:00") for time in times]


def test_the_board_tells_when_work_is_by_both_clocks(berlin: World, client: Client) -> None:
    Maintenance.objects.create(
        station=berlin.station, what="A cable", made_at=NOW, starts_at=NOW, ends_at=NOW + timedelta(hours=16)
    )
    shown = client.get(reverse("admin:portal_upkeep")).text
    assert "2 Mar 15:00 – 3 Mar 07:00 (UTC+06:00)" in shown
    assert "10:00 – 02:00 (UTC+01:00)" in shown


def test_times_that_come_twice_are_told_apart_on_a_stations_page(berlin: World, client: Client) -> None:
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    request = client.get("/admin/").wsgi_request
    page = Page(berlin.station, request, night + timedelta(days=1))
    told = [page.moment(night + timedelta(hours=hours)) for hours in (-1, 0, 1, 2)]
    assert told == ["25 Oct 01:30", "25 Oct 02:30 (UTC+02:00)", "25 Oct 02:30 (UTC+01:00)", "25 Oct 03:30"]


def test_a_portals_own_times_that_come_twice_are_told_apart_in_lists(
    world: World, client: Client, settings: Settings
) -> None:
    settings.DEFAULT_LOCATION_TIME_ZONE = "Europe/Berlin"
    Location.objects.update(time_zone="Europe/Berlin")
    for hour in (0, 1):
        at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        Command.objects.create(station=world.station, intent="reset", subject=f"{hour}", asked_at=at, expires_at=at)
    shown = client.get(reverse("admin:stations_command_changelist")).text
    for said in ("25 Oct 2026, 02:30:00 (UTC+02:00)", "25 Oct 2026, 02:30:00 (UTC+01:00)"):
        assert said in shown


def test_a_commands_steps_of_such_a_night_are_told_apart(berlin: World, client: Client) -> None:
    night = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    Command.objects.create(station=berlin.station, intent="reset", subject="reset", asked_at=night, expires_at=night)
    shown = client.get(f"/admin/stations/station/{berlin.station.pk}/change/?tab=now").text
    assert "02:30:00 (UTC+01:00)" in shown


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("billing_tariffplan_new_version", "Empty: from now on. All times: Asia/Bishkek (UTC+06:00)."),
        ("billing_tariffplan_new_version", "In force now: v1, since 2 Mar 2025, 15:00:00 (UTC+06:00)."),
        ("billing_tariffplan_change", "from 2 Mar 2025, 15:00:00 (UTC+06:00) until further notice"),
    ],
)
def test_pages_of_tariffs_name_the_clock_of_what_begins(world: World, client: Client, name: str, said: str) -> None:
    assert said in client.get(reverse(f"admin:{name}", args=[world.plan.pk])).text


def test_fields_for_times_and_histories_name_the_clock(berlin: World, client: Client) -> None:
    work = Maintenance.objects.create(station=berlin.station, what="A cable", made_at=NOW)
    shown = client.get(reverse("admin:stations_maintenance_change", args=[work.pk])).text
    assert shown.count("All times: Asia/Bishkek (UTC+06:00).") == 2
    history = client.get(reverse("admin:stations_station_history", args=[berlin.station.pk])).text
    assert re.search(r"\d{4}, \d\d:\d\d:\d\d \(UTC\+06:00\)</td>", history)
