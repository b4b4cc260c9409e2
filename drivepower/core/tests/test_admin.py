from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from drivepower.core.alerts import open_alert
from drivepower.core.models import Alert

pytestmark = pytest.mark.django_db
LIST = "/admin/core/alert/"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def staff(client: Client, *permissions: str) -> str:
    person = get_user_model().objects.create_user(email="aibek@example.com", role="staff")
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(person)
    return f"staff:{person.public_id}"


def alert() -> Alert:
    open_alert(kind="station_offline", subject="station:BSK-01", text="<b>No frame</b>", at=NOON)
    return Alert.objects.get()


def acknowledge(client: Client, row: Alert) -> None:
    client.post(LIST, {"action": "acknowledge", "_selected_action": [row.pk]})
    row.refresh_from_db()


def test_it_shows_alerts_escaped(client: Client) -> None:
    staff(client, "view_alert")
    alert()
    page = client.get(LIST)
    assert page.status_code == 200
    assert "&lt;b&gt;No frame&lt;/b&gt;" in page.text


def test_it_acknowledges(client: Client) -> None:
    person = staff(client, "view_alert", "change_alert")
    row = alert()
    acknowledge(client, row)
    assert row.acknowledged_by == person
    assert row.acknowledged_at is not None


def test_it_leaves_an_alert_to_who_took_it_first(client: Client) -> None:
    staff(client, "view_alert", "change_alert")
    row = alert()
    Alert.objects.update(acknowledged_at=NOON, acknowledged_by="staff:another")
    acknowledge(client, row)
    assert (row.acknowledged_at, row.acknowledged_by) == (NOON, "staff:another")


def test_it_lets_only_those_acknowledge_who_may_change(client: Client) -> None:
    staff(client, "view_alert")
    row = alert()
    acknowledge(client, row)
    assert row.acknowledged_at is None


@pytest.mark.parametrize("page", ["add/", "{pk}/delete/"])
def test_it_writes_no_alert_by_hand(client: Client, page: str) -> None:
    staff(client, "view_alert", "add_alert", "change_alert", "delete_alert")
    row = alert()
    assert client.post(LIST + page.format(pk=row.pk), {"text": "changed", "post": "yes"}).status_code == 403
    assert Alert.objects.count() == 1


def test_it_edits_no_alert_by_hand(client: Client) -> None:
    staff(client, "view_alert", "change_alert")
    row = alert()
    assert client.post(f"{LIST}{row.pk}/change/", {"text": "changed"}).status_code == 403
