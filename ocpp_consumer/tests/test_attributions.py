"""Readings that came before their session was known become its own: once, and nobody else's."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from charging.metering import Sample
from charging.models import MeterReading, Session
from ocpp_consumer.journal import attributions, database, facts, readings
from ocpp_consumer.tests.server import Server, basic, in_db, make_station, talking

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reading(minute: int, *, key: int = 0, station: int = 1, number: int = 1, value: int = 5) -> facts.Readings:
    """A register of that minute."""
    at = BEGAN + timedelta(minutes=minute)
    named = ("Energy.Active.Import.Register", "", "Outlet", "Sample.Periodic", "Wh")
    return facts.Readings(key, station, number, at, [Sample(at, *named, Decimal(value), "")])


def keep(*read: facts.Readings) -> None:
    """Store them."""
    for one in read:
        readings.keep(one)


CLAIM = facts.Attribution(7, 1, 1, BEGAN, BEGAN + HOUR)


def stored() -> list[tuple[int, int, int]]:
    """Session, station and minute of every reading."""
    rows = MeterReading.objects.order_by("session_key", "station_id", "number", "at")
    return [(row.session_key, row.station_id, (row.at - BEGAN) // timedelta(minutes=1)) for row in rows]


@pytest.mark.django_db
def test_it_takes_what_lies_in_its_time_on_its_connector() -> None:
    others = [reading(30, station=2), reading(30, number=2), reading(30, key=9), reading(-1), reading(61)]
    keep(reading(0), reading(60), *others)
    attributions.carry_out(CLAIM)
    assert stored() == [(0, 1, -1), (0, 1, 61), (0, 1, 30), (0, 2, 30), (7, 1, 0), (7, 1, 60), (9, 1, 30)]


@pytest.mark.django_db
def test_it_doubles_nothing_that_the_session_has_already() -> None:
    keep(reading(10, value=1), reading(20), reading(10, key=7, value=2))
    for _ in range(2):
        attributions.carry_out(CLAIM)
    assert stored() == [(7, 1, 10), (7, 1, 20)]
    assert MeterReading.objects.earliest("at").value == 2


@pytest.mark.django_db
def test_it_keeps_every_column() -> None:
    keep(reading(10))
    before = MeterReading.objects.values(*facts.Reading._fields).get()
    attributions.carry_out(CLAIM)
    assert MeterReading.objects.values(*facts.Reading._fields).get() == before | {"session_key": 7}


@pytest.mark.django_db(transaction=True)
def test_the_journals_own_connection_does_the_same() -> None:
    own = database.connect()
    with own, own.transaction(), own.cursor() as cursor:
        readings.store(cursor, [reading(10), reading(90)])
        attributions.store(cursor, [CLAIM._replace(session_id=8, since=BEGAN + HOUR, until=BEGAN + 2 * HOUR), CLAIM])
    assert stored() == [(7, 1, 10), (8, 1, 90)]


async def test_it_takes_what_came_on_an_earlier_socket(server: Server) -> None:
    """The reading, a new socket, and only then the Start."""
    _, key = await in_db(make_station)()
    headers, at = basic("CP 1", key), datetime.now(UTC) - timedelta(seconds=10)
    metered = {"timestamp": at.isoformat(), "sampledValue": [{"value": "100"}]}
    async with talking(server, "/ocpp/CP%201", headers=headers) as talk:
        await talk.ask("MeterValues", {"connectorId": 1, "meterValue": [metered]})
    async with talking(server, "/ocpp/CP%201", headers=headers) as talk:
        start = {"connectorId": 1, "idTag": "X", "meterStart": 50, "timestamp": at.isoformat()}
        number = (await talk.ask("StartTransaction", start))["transactionId"]
    session = await in_db(Session.objects.get)(ocpp_id=str(number))
    assert (await in_db(MeterReading.objects.get)()).session_key == session.pk


@pytest.mark.django_db
def test_it_looks_into_no_other_partition() -> None:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + attributions.MOVE, CLAIM._asdict())
        plan = "\n".join(row[0] for row in cursor)
    assert "charging_meterreading_past" in plan
    assert "charging_meterreading_odd" not in plan
