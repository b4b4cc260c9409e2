"""A sample that comes again is one sample, whoever else's are in the same batch, and costs nobody their words."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from charging.metering import Sample
from charging.models import MeterReading
from ocpp_consumer.journal import facts
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import in_db
from ocpp_consumer.tests.test_journal import frame, held_up, running_journal

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def reading(station_id: int, register: int) -> facts.Readings:
    """A register of noon; its value is no part of what makes it a sample."""
    what = ("Energy.Active.Import.Register", "", "Outlet", "Sample.Periodic", "Wh")
    return facts.Readings(1, station_id, 1, NOON, [Sample(NOON, *what, Decimal(register), "")])


@pytest.mark.django_db(transaction=True)
async def test_it_keeps_a_repeated_sample_once_and_everything_beside_it() -> None:
    with running_journal() as journal:
        await journal.write(frame("first"), reading(701, 1000))
        with held_up(journal):
            writes = [
                asyncio.ensure_future(journal.write(frame(f"from {station_id}"), reading(station_id, 2000)))
                for station_id in (700, 701, 702)
            ]
            writes.append(asyncio.ensure_future(journal.write(frame("twice"), reading(703, 1), reading(703, 1))))
            await asyncio.sleep(0)
        await asyncio.gather(*writes)
        await journal.write(frame("again"), reading(701, 3000))
    kept = await in_db(lambda: dict(MeterReading.objects.values_list("station_id", "value")))()
    assert kept == {700: Decimal(2000), 701: Decimal(1000), 702: Decimal(2000), 703: Decimal(1)}
    assert await in_db(MeterReading.objects.count)() == 4
    frames = await in_db(lambda: dict(Frame.objects.values_list("text", "error")))()
    assert frames == dict.fromkeys(["first", "from 700", "from 701", "from 702", "twice", "again"], "")
