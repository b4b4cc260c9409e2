"""Operators read times as their network's clocks show them; programs read UTC."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

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
