import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from drivepower.core.alerts import open_alert, resolve_alert
from drivepower.core.models import Alert
from drivepower.core.tests.waiting import PATIENCE_SECONDS, on_another_thread, someone_waits_for_a_lock, until

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ring(minute: int = 0, text: str = "No frame for five minutes.", subject: str = "station:BSK-01") -> None:
    open_alert(kind="station_offline", subject=subject, text=text, at=NOON + timedelta(minutes=minute))


@pytest.mark.django_db
def test_it_opens_an_alert() -> None:
    ring()
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.text) == (
        "station_offline",
        "station:BSK-01",
        "No frame for five minutes.",
    )
    assert (alert.opened_at, alert.last_at, alert.count, alert.resolved_at) == (NOON, NOON, 1, None)


@pytest.mark.django_db
def test_it_counts_on_the_open_one() -> None:
    ring()
    ring(minute=2, text="No frame for seven minutes.")
    ring(minute=1)
    alert = Alert.objects.get()
    assert (alert.count, alert.opened_at, alert.last_at) == (3, NOON, NOON + timedelta(minutes=2))


@pytest.mark.django_db
def test_it_keeps_subjects_apart() -> None:
    ring()
    ring(subject="station:BSK-02")
    assert list(Alert.objects.values_list("count", flat=True)) == [1, 1]


@pytest.mark.django_db
def test_it_opens_a_new_one_after_the_old_was_resolved() -> None:
    ring()
    resolve_alert(kind="station_offline", subject="station:BSK-01", at=NOON + timedelta(minutes=3))
    ring(minute=9)
    old, new = Alert.objects.order_by("opened_at")
    assert old.resolved_at == NOON + timedelta(minutes=3)
    assert (new.count, new.resolved_at) == (1, None)


@pytest.mark.django_db
def test_it_resolves_only_what_is_named() -> None:
    ring()
    resolve_alert(kind="station_offline", subject="station:BSK-02", at=NOON)
    resolve_alert(kind="connector_faulted", subject="station:BSK-01", at=NOON)
    assert Alert.objects.open().count() == 1


@pytest.mark.django_db
def test_it_stores_what_a_station_may_say() -> None:
    ring(text="nul \x00 half \ud83d " + "long " * 200)
    assert Alert.objects.get().text.startswith("nul  half ? long")


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_row_of_two_that_open_at_once() -> None:
    first_has_written = threading.Event()

    def second() -> None:
        first_has_written.wait(PATIENCE_SECONDS)
        ring(minute=1)

    with on_another_thread(second), transaction.atomic():
        ring()
        first_has_written.set()
        until(someone_waits_for_a_lock)
    assert list(Alert.objects.values_list("count", flat=True)) == [2]
