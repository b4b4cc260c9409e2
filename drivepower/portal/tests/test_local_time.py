"""Operators read times as their network's clocks show them; programs read UTC."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from drivepower.core import alerts
from drivepower.portal.tests.making import superuser

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
        ("en", "Times are of Asia/Bishkek (UTC+6) where they name no other zone."),
        ("ru", "Время — Asia/Bishkek (UTC+6), если у него не назван другой пояс."),
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
