"""Operators read times as their network's clocks show them; programs read UTC."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from charging.models import Session
from charging.tests.world import NOW, World
from drivepower.core import alerts
from drivepower.core.lists import ChosenList, key_of
from drivepower.portal.tests.making import superuser
from stations.models import Command, Location

pytestmark = pytest.mark.django_db


def test_it_writes_the_networks_time_in_the_admin_and_utc_outside() -> None:
    alerts.open_alert(kind="test", subject="one", text="x", at=datetime(2026, 3, 5, 20, 30, tzinfo=UTC))
    client = Client()
    client.force_login(superuser())
    page = client.get(reverse("admin:core_alert_changelist")).content.decode()
    assert "6 Mar 2026, 02:30:00" in page
    assert "20:30" not in page


@pytest.mark.parametrize("name", ["core_alert", "charging_session", "stations_command", "portal_change"])
@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("en", "Times are of Asia/Bishkek (UTC+06:00) where they name no other zone."),
        ("ru", "Время — Asia/Bishkek (UTC+06:00), если у него не назван другой пояс."),
    ],
    ids=["en", "ru"],
)
def test_a_list_with_times_names_their_zone(name: str, language: str, note: str) -> None:
    person = superuser()
    User.objects.filter(pk=person.pk).update(language=language)
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(pk=person.pk))
    assert note in client.get(reverse(f"admin:{name}_changelist")).content.decode()


def test_a_list_without_times_names_none() -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(superuser())
    assert "Asia/Bishkek" not in client.get(reverse("admin:auth_group_changelist")).content.decode()


def charge_in(world: World, zone: str) -> Session:
    """A charge that begins at 23:30 of the list's clock, at a place of that zone."""
    Location.objects.filter(code="BSK").update(time_zone=zone)
    return world.charging(world.driver(), at=datetime(2026, 3, 2, 17, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "there"),
    [
        ("Europe/Istanbul", "20:30 (UTC+03:00)"),
        ("Asia/Tokyo", "3 Mar 02:30 (UTC+09:00)"),
        ("Asia/Kolkata", "23:00 (UTC+05:30)"),
    ],
)
def test_a_row_of_a_place_elsewhere_tells_its_clock_too(world: World, zone: str, there: str) -> None:
    charge_in(world, zone)
    client = Client(headers={"accept-language": "en"})
    client.force_login(superuser())
    page = client.get(reverse("admin:charging_session_changelist")).content.decode()
    assert "2 Mar 2026, 23:30:00" in page
    assert f'title="{zone}">{there}</small>' in page


def test_a_row_of_a_place_of_the_same_clock_tells_it_once(world: World) -> None:
    charge_in(world, "Asia/Omsk")
    client = Client(headers={"accept-language": "en"})
    client.force_login(superuser())
    page = client.get(reverse("admin:charging_session_changelist")).content.decode()
    assert "2 Mar 2026, 23:30:00" in page
    assert "Asia/Omsk" not in page


def test_chosen_columns_tell_it_and_are_still_sorted_by(world: World) -> None:
    charge_in(world, "Europe/Istanbul")
    client = Client(headers={"accept-language": "en"})
    client.force_login(superuser())
    answer = client.get(reverse("admin:charging_session_changelist"), {"columns": "started_at,requested_at"})
    shown: ChosenList = answer.context["cl"]
    assert answer.content.decode().count("20:30 (UTC+03:00)") == 2
    assert [key_of(column) for column in shown.list_display[-2:]] == ["started_at", "requested_at"]
    assert "started_at" in {key_of(column) for column in shown.sortable_by}


@pytest.mark.parametrize("name", ["stations_statusspan", "stations_connectionspan", "stations_command"])
def test_each_list_of_what_happens_at_stations_does(world: World, name: str) -> None:
    Location.objects.filter(code="BSK").update(time_zone="Europe/Istanbul")
    Command.objects.create(station=world.station, intent="reset", subject="reset", asked_at=NOW, expires_at=NOW)
    client = Client(headers={"accept-language": "en"})
    client.force_login(superuser())
    page = client.get(reverse(f"admin:{name}_changelist")).content.decode()
    assert 'title="Europe/Istanbul"' in page
