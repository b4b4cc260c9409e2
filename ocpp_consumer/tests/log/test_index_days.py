"""Closed days get an index of their words, the open day never; a build that was broken off is made again."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import DatabaseError, connection
from django.utils import timezone

from drivepower.core.models import Sweep, SweepRun
from drivepower.tests.house import database_url
from ocpp_consumer.log import days, indexing
from ocpp_consumer.log.days import Day
from ocpp_consumer.tasks import index_frames
from ocpp_consumer.tests.log.days import TODAY, day, found, say, station, texts
from ocpp_consumer.tests.server import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
WAITS = """
SELECT pid FROM pg_stat_activity
WHERE query LIKE 'CREATE INDEX%' AND datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def past(transactional_db: None) -> Iterator[list[Day]]:
    """Two closed days at noon of the third, gone again afterwards."""
    made = [day(1), day(2)]
    with time_machine.travel(TODAY + timedelta(hours=12)):
        yield made
    with connection.cursor() as cursor:
        for one in made:
            cursor.execute(f"DROP TABLE IF EXISTS {one.table}")


def indexed() -> dict[int, bool]:
    """How many days ago each day was, and whether it has an index; of those that ended or are under way."""
    return {(TODAY - one.start).days: one.is_indexed for one in days.every() if one.start <= TODAY}


def asked(sql: str) -> list[int]:
    """The numbers that a question has for an answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def test_it_indexes_closed_days_alone(past: list[Day]) -> None:
    one = station()
    say(one, "yesterday", ago=1)
    say(one, "today")

    assert index_frames() == 2

    assert indexed() == {0: False, 1: True, 2: True}
    assert texts(found(q="yesterday")) == ["yesterday"]
    assert texts(found(q="today")) == ["today"]
    assert SweepRun.objects.get(name="ocpp_consumer.index_frames").did == {"days": 2}
    assert index_frames() == 0
    assert Sweep.objects.get(name="ocpp_consumer.index_frames").error == ""


def test_it_finds_what_begins_alike_beside_an_id(past: list[Day]) -> None:
    one = station()
    for text in ("1234567 MeterValues", "1234567 MeterStart", "1234567 Heartbeat", "7654321 MeterValues"):
        say(one, text, ago=1)
        say(one, f"{text} today")
    index_frames()
    said = texts(found(q="1234567 meter"))
    assert sorted(said) == sorted(
        f"1234567 Meter{what}{when}" for what in ("Values", "Start") for when in ("", " today")
    )


def test_a_day_that_has_just_ended_is_left_to_its_last_frames(past: list[Day]) -> None:
    assert indexing.index_closed_days(at=TODAY + timedelta(minutes=5)) == 1
    assert indexed() == {0: False, 1: False, 2: True}
    assert indexing.index_closed_days(at=TODAY + timedelta(minutes=11)) == 1


def test_it_goes_on_where_it_was_stopped(past: list[Day], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "SECONDS", -1.0)
    assert indexing.index_closed_days(at=timezone.now()) == 0
    monkeypatch.undo()
    assert indexing.index_closed_days(at=timezone.now()) == 2


def test_a_build_that_was_killed_half_way_is_made_again(past: list[Day]) -> None:
    one = station()
    say(one, "needle", ago=1)
    with psycopg.connect(database_url()) as other:
        other.execute(f"LOCK TABLE {past[0].table} IN ROW EXCLUSIVE MODE")  # it holds up the build
        builder = threading.Thread(target=build_and_leave, args=(past[0],))
        builder.start()
        [pid] = wait_until(lambda: asked(WAITS), "the build waits")
        asked(f"SELECT pg_terminate_backend({pid})::int")
        builder.join()
    assert indexed() == {0: False, 1: False, 2: False}
    assert texts(found(q="needle")) == ["needle"]

    assert index_frames() == 2

    assert indexed() == {0: False, 1: True, 2: True}
    assert texts(found(q="needle")) == ["needle"]


def test_a_broken_index_is_none_and_is_made_again(past: list[Day]) -> None:
    say(station(), "needle", ago=1)
    assert index_frames() == 2
    with connection.cursor() as cursor:
        name = f"{past[0].table}_words"
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [name])
    assert [one.is_broken for one in days.every() if one.table == past[0].table] == [True]
    assert texts(found(q="needle")) == ["needle"]

    assert index_frames() == 1

    assert indexed() == {0: False, 1: True, 2: True}


def build_and_leave(of: Day) -> None:
    """A worker that dies over its build."""
    try:
        with pytest.raises(DatabaseError):
            indexing.build(of)
    finally:
        connection.close()


def test_two_at_a_time_are_one(past: list[Day]) -> None:
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('ocpp_consumer.index_frames', 0))")
        assert index_frames() == 0
        other.execute("SELECT pg_advisory_unlock_all()")
        assert index_frames() == 2
