"""The figures of the house that Prometheus reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from charging.tests.app import App, go_live
from charging.tests.world import World
from drivepower.core import events, webhooks
from drivepower.core.alerts import open_alert
from drivepower.core.models import EventCursor
from drivepower.core.sweeps import run
from drivepower.core.tests.test_settled import writing
from drivepower.portal.metrics import sessions

pytestmark = pytest.mark.django_db


def samples() -> dict[tuple[str, ...], float]:
    """Every sample by its name and labels."""
    text = Client().get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_it_shows_the_house_as_it_stands(world: World) -> None:
    go_live(world)
    assert App(world.driver("1000.00")).start()[0] == 202
    open_alert(kind="station_offline", subject="station:BSK-01", text="x", at=timezone.now())
    run("core.fan_out", made=webhooks.fan_out)
    shown = samples()
    assert shown["drivepower_stations", "online"] >= 1
    assert shown["drivepower_stations", "in_service"] >= 1
    assert shown["drivepower_sessions", "requested"] == 1
    assert (shown["drivepower_sessions", "active"], shown["drivepower_sessions", "review"]) == (0, 0)
    assert shown[("drivepower_commands_queued",)] == 1
    assert shown[("drivepower_deliveries_waiting",)] == 0
    assert shown["drivepower_alerts_open", "station_offline"] == 1
    assert 0 <= shown["drivepower_sweep_age_seconds", "core.fan_out"] < 600


@pytest.mark.django_db(transaction=True)
def test_it_says_how_far_a_reader_is_behind() -> None:
    EventCursor.objects.create(reader="notifications", moved_at=timezone.now())
    for number in range(3):
        events.record(kind="session.started", subject=f"session:{number}", payload={}, at=timezone.now())
    assert samples()["drivepower_events_behind", "notifications"] == 3


@pytest.mark.django_db(transaction=True)
def test_it_shows_a_reader_that_an_open_transaction_holds_back() -> None:
    ago = timezone.now() - timedelta(minutes=7)
    EventCursor.objects.create(reader="notifications", moved_at=ago)
    with writing():
        events.record(kind="session.started", subject="session:1", payload={}, at=ago)
        shown = samples()
    assert shown["drivepower_events_behind", "notifications"] == 1
    assert 420 <= shown["drivepower_events_unread_seconds", "notifications"] < 600


def test_it_counts_sessions_by_their_partial_indexes(world: World) -> None:
    with CaptureQueriesContext(connection) as queries, no_tables_read_whole():
        sessions()
        [*said] = [query["sql"] for query in queries if "charging_session" in query["sql"]]
        plans = [explained(sql) for sql in said]
    assert len(plans) == 4
    assert all("Index" in plan and "Seq Scan" not in plan for plan in plans), plans


@contextmanager
def no_tables_read_whole() -> Iterator[None]:
    """As the planner sees it where there is much."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql)
        return " ".join(str(line) for (line,) in cursor.fetchall())


def test_it_asks_little_whatever_the_house_holds(world: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        Client().get("/metrics")
    assert len(queries) <= 12
