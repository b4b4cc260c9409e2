"""Alerts as events: one for each that opens, is looked after, or goes, and none for what only lasts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drivepower.core import alerts
from drivepower.core.models import Alert, Event

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def ring(subject: str = "station:BSK-01", anew: bool = False, at: datetime = NOON) -> None:
    alerts.open_alert(kind="station_offline", subject=subject, text="No frame.", at=at, anew=anew)


def told() -> list[tuple[str, str]]:
    return list(Event.objects.order_by("id").values_list("kind", "payload__subject"))


def test_it_tells_once_that_one_opens() -> None:
    ring()
    ring()
    alert, event = Alert.objects.get(), Event.objects.get()
    assert (event.kind, event.subject, event.station, event.at) == (
        "alert.opened", f"alert:{alert.pk}", "BSK-01", NOON,
    )  # fmt: skip
    assert (event.is_public, event.driver, event.company, event.host) == (False, None, None, None)
    opened = event.payload.pop("opened_at")
    assert datetime.fromisoformat(opened) == NOON
    assert event.payload == {
        "alert_id": alert.pk, "kind": "station_offline", "subject": "station:BSK-01", "text": "No frame.", "count": 1,
        "severity": "warning", "acknowledged_by": None, "resolved_at": None,
    }  # fmt: skip


def test_it_tells_again_of_what_happens_once_more() -> None:
    ring()
    ring(anew=True)
    assert [event.payload["count"] for event in Event.objects.order_by("id")] == [1, 2]


def test_of_many_it_tells_each() -> None:
    alerts.open_alerts(kind="books_differ", texts={"wallet:1": "a", "wallet:2": "b"}, at=NOON)
    assert told() == [("alert.opened", "wallet:1"), ("alert.opened", "wallet:2")]
    assert set(Event.objects.values_list("station", flat=True)) == {""}


def test_it_tells_who_looks_after_it_and_that_it_has_gone() -> None:
    ring()
    assert alerts.acknowledge(Alert.objects.all(), by="staff:1", at=LATER) == 1
    assert alerts.acknowledge(Alert.objects.all(), by="staff:2", at=LATER) == 0
    alerts.resolve_alert(kind="station_offline", subject="station:BSK-01", at=LATER)
    alerts.resolve_alert(kind="station_offline", subject="station:BSK-01", at=LATER)
    assert [kind for kind, _ in told()] == ["alert.opened", "alert.acknowledged", "alert.resolved"]
    alert, last = Alert.objects.get(), Event.objects.latest("id")
    assert (alert.acknowledged_by, alert.acknowledged_at, alert.resolved_at) == ("staff:1", LATER, LATER)
    assert last.payload["acknowledged_by"] == "staff:1"
    assert datetime.fromisoformat(last.payload["resolved_at"]) == LATER


def test_where_nothing_goes_it_only_looks() -> None:
    with CaptureQueriesContext(connection) as queries:
        alerts.resolve_alert(kind="station_offline", subject="station:BSK-01", at=NOON)
    assert len(queries) == 1
    assert told() == []
