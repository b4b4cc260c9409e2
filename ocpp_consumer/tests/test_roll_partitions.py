"""Partitions stand ahead of time; rows that found none raise an alert."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from drivepower.core.models import Alert
from ocpp_consumer.models import Frame
from ocpp_consumer.tasks import roll_partitions
from ocpp_consumer.tests.server import make_station

IN_A_YEAR = datetime.now(UTC) + timedelta(days=365)


def keep_frame(at: datetime) -> str:
    """Keep a frame of that moment; the partition in which it lies."""
    station = make_station(f"at {at}")[0]
    frame = Frame.objects.create(station=station, epoch=1, received_at=at, direction="in", text="[]")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM ocpp_consumer_frame WHERE id = %s", [frame.pk])
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_it_makes_three_days_and_two_months_ahead() -> None:
    with time_machine.travel(IN_A_YEAR, tick=False):
        made = roll_partitions()
        assert len(made) == 4 + 3
        assert roll_partitions() == []
    assert keep_frame(IN_A_YEAR + timedelta(days=3)) == f"ocpp_consumer_frame_{IN_A_YEAR + timedelta(days=3):%Y%m%d}"


@pytest.mark.django_db
def test_it_raises_an_alert_for_rows_outside_and_takes_it_back() -> None:
    assert keep_frame(IN_A_YEAR) == "ocpp_consumer_frame_default"
    roll_partitions()
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.resolved_at) == ("rows_outside_partitions", "ocpp_consumer_frame", None)
    Frame.objects.all().delete()
    roll_partitions()
    assert Alert.objects.open().count() == 0


@pytest.mark.django_db
def test_it_has_made_todays_partition_with_the_first_migration() -> None:
    assert keep_frame(datetime.now(UTC)) == f"ocpp_consumer_frame_{datetime.now(UTC):%Y%m%d}"
