"""Rows that are put together by hand hold what the adapters would have written."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some
from psycopg.types.numeric import NumericBinaryLoader

from charging.metering import Sample
from charging.models import MeterReading
from ocpp_consumer.journal import facts, readings, rows

NOON = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
LIMITS = ["0", "0.0001", "0.5", "9999.9999", "10000", "10000.0001", "99999999.9999", "100000000", "-0.5", "-12345.6"]


@given(some.decimals(min_value=-(10**15), max_value=10**15, places=4))
def test_it_writes_numbers_that_read_as_they_were(value: Decimal) -> None:
    assert NumericBinaryLoader(0).load(rows.numeric(value)[4:]) == value


@pytest.mark.django_db
def test_it_stores_every_column_as_it_was() -> None:
    samples = [
        Sample(NOON.replace(second=second), "Voltage", "L1", "EV", "Trigger", "V", Decimal(said), f"{said} ✓")
        for second, said in enumerate(LIMITS)
    ]
    read = facts.Readings(7, 2**40, 3, NOON, samples)
    with connection.cursor() as cursor:
        readings.store(cursor.cursor, [read])
    kept = list(MeterReading.objects.order_by("at").values_list(*facts.Reading._fields))
    assert kept == [facts.reading(sample, read) for sample in samples]
