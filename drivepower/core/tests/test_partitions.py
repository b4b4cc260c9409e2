from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from drivepower.core.partitions import Span, first_of, next_of, roll, rows_outside

LATE = datetime(2026, 12, 30, 23, 30, tzinfo=UTC)


@pytest.fixture
def table(db: None) -> str:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE core_test_log (at timestamptz NOT NULL) PARTITION BY RANGE (at)")
        cursor.execute("CREATE TABLE core_test_log_default PARTITION OF core_test_log DEFAULT")
    return "core_test_log"


def insert(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_test_log VALUES (%s)", [at])


def test_it_makes_days_ahead_over_the_years_end(table: str) -> None:
    made = roll(table=table, span="day", at=LATE, ahead=2)
    assert made == ["core_test_log_20261230", "core_test_log_20261231", "core_test_log_20270101"]


def test_it_makes_months_ahead_over_the_years_end(table: str) -> None:
    assert roll(table=table, span="month", at=LATE, ahead=1) == ["core_test_log_202612", "core_test_log_202701"]


def test_it_makes_only_what_is_missing(table: str) -> None:
    roll(table=table, span="day", at=LATE, ahead=1)
    assert roll(table=table, span="day", at=LATE, ahead=2) == ["core_test_log_20270101"]


def test_it_counts_rows_that_no_partition_was_made_for(table: str) -> None:
    roll(table=table, span="day", at=LATE, ahead=1)
    insert(LATE)
    insert(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert rows_outside(table=table) == 0
    insert(datetime(2027, 1, 1, tzinfo=UTC))
    assert rows_outside(table=table) == 1


@pytest.mark.parametrize(
    ("span", "first", "after"),
    [("day", date(2028, 2, 29), date(2028, 3, 1)), ("month", date(2028, 2, 1), date(2028, 3, 1))],
)
def test_it_reckons_in_utc(span: Span, first: date, after: date) -> None:
    at = datetime.fromisoformat("2028-03-01T03:00:00+06:00")
    assert first_of(span, at) == first
    assert next_of(span, first) == after


def where(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM core_test_log WHERE at = %s", [at])
        name: str = cursor.fetchone()[0]
    return name


def test_it_moves_rows_that_came_before_their_partition(table: str) -> None:
    future = LATE + timedelta(days=9)
    for at in (LATE - timedelta(days=2), LATE, future):
        insert(at)
    made = roll(table=table, span="day", at=LATE, ahead=1)
    assert made == ["core_test_log_20261230", "core_test_log_20261231", "core_test_log_20261228"]
    assert where(LATE) == "core_test_log_20261230"
    assert where(LATE - timedelta(days=2)) == "core_test_log_20261228"
    assert where(future) == "core_test_log_default"  # no clock ahead of ours makes partitions
    insert(LATE - timedelta(days=9))  # the default partition stands again
    assert rows_outside(table=table) == 2


def test_it_makes_every_day_that_it_can(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE core_test_log_noon PARTITION OF core_test_log "
            "FOR VALUES FROM ('2026-12-31 12:00:00+00') TO ('2026-12-31 13:00:00+00')"
        )
    made = roll(table=table, span="day", at=LATE, ahead=2)
    assert made == ["core_test_log_20261230", "core_test_log_20270101"]
