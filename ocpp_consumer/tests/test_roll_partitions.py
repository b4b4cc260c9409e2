"""Partitions stand ahead of time; rows that found none raise an alert."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from drivepower.core import partitions
from drivepower.core.models import Alert
from ocpp_consumer.models import Frame
from ocpp_consumer.tasks import roll_partitions
from ocpp_consumer.tests.server import Server, basic, in_db, make_station, talking
from ocpp_consumer.tests.test_journal import run

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


@pytest.mark.django_db
def test_it_brings_home_rows_that_came_too_early() -> None:
    assert keep_frame(IN_A_YEAR) == "ocpp_consumer_frame_default"
    with time_machine.travel(IN_A_YEAR, tick=False):
        assert len(roll_partitions()) == 4 + 3
    assert partitions.rows_outside(table="ocpp_consumer_frame") == 0
    assert Frame.objects.count() == 1
    assert Alert.objects.open().count() == 0


@pytest.mark.django_db
def test_it_rolls_the_second_table_when_the_first_is_in_trouble() -> None:
    tomorrow = f"{IN_A_YEAR + timedelta(days=1):%Y-%m-%d}"
    run(
        "CREATE TABLE ocpp_consumer_frame_noon PARTITION OF ocpp_consumer_frame "
        f"FOR VALUES FROM ('{tomorrow} 12:00:00+00') TO ('{tomorrow} 13:00:00+00')"
    )
    with time_machine.travel(IN_A_YEAR, tick=False):
        made = roll_partitions()
    assert len([name for name in made if name.startswith("ocpp_consumer_frame")]) == 4 - 1
    assert len([name for name in made if name.startswith("charging_meterreading")]) == 3


async def test_it_is_done_before_the_first_frame_of_a_gateway(server: Server) -> None:
    today = f"ocpp_consumer_frame_{datetime.now(UTC):%Y%m%d}"
    await in_db(run)(f"ALTER TABLE ocpp_consumer_frame DETACH PARTITION {today}")
    await in_db(run)(f"ALTER TABLE {today} RENAME TO ocpp_consumer_frame_away")
    try:
        _, key = await in_db(make_station)()
        async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
            await talk.ask("Heartbeat", {})
        assert await in_db(partitions.exists)(today)
    finally:
        await in_db(run)("DROP TABLE ocpp_consumer_frame_away")
