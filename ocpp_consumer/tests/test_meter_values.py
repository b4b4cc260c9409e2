"""Every sample is stored once, for the session that it belongs to."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from charging.models import MeterReading, SessionMeter
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Talk, in_db, now


async def begin(talk: Talk) -> int:
    """A running transaction's id."""
    said = {"connectorId": 1, "idTag": "CARD", "meterStart": 1000, "timestamp": now()}
    number: int = (await talk.ask("StartTransaction", said))["transactionId"]
    return number


def metered(at: str, *sampled: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A MeterValues payload of one moment."""
    return {"connectorId": 1, "meterValue": [{"timestamp": at, "sampledValue": list(sampled)}], **fields}


ENERGY = {"value": "1.5", "unit": "kWh"}
POWER = {"value": "7000", "measurand": "Power.Active.Import", "unit": "W"}


async def test_it_stores_a_repeated_sample_once(talk: Talk) -> None:
    said = metered(now(), ENERGY, POWER, transactionId=await begin(talk))
    for _ in range(3):
        await talk.ask("MeterValues", said)
    assert await in_db(MeterReading.objects.count)() == 2
    assert await in_db(Frame.objects.filter(action="MeterValues", direction="in", error="").count)() == 3
    energy = await in_db(MeterReading.objects.get)(measurand="Energy.Active.Import.Register")
    assert (energy.value, energy.unit, energy.raw) == (1500, "Wh", "1.5 kWh")


async def test_it_shows_how_the_session_stands_by_the_newest_reading(talk: Talk) -> None:
    transaction = await begin(talk)
    soc = {"value": "55.5", "measurand": "SoC", "unit": "Percent"}
    await talk.ask("MeterValues", metered("2026-01-01T10:10:00Z", ENERGY, POWER, soc, transactionId=transaction))
    older = metered("2026-01-01T10:05:00Z", {"value": "1.2", "unit": "kWh"}, transactionId=transaction)
    await talk.ask("MeterValues", older)
    await talk.ask("MeterValues", metered("2026-01-01T10:15:00Z", {**POWER, "value": "0"}, transactionId=transaction))
    meter = await in_db(SessionMeter.objects.get)(session=transaction)
    assert (meter.energy_wh, meter.power_w, meter.soc) == (500, 0, Decimal("55.50"))
    assert meter.last_reading_at == datetime(2026, 1, 1, 10, 15, tzinfo=UTC)


async def test_it_finds_the_session_of_the_connector_where_no_transaction_is_named(talk: Talk) -> None:
    transaction = await begin(talk)
    await talk.ask("MeterValues", metered(now(), ENERGY))
    await talk.ask("MeterValues", metered(now(), POWER, transactionId=0))
    await talk.ask("MeterValues", metered(now(), ENERGY, connectorId=2))
    keys = await in_db(lambda: list(MeterReading.objects.order_by("id").values_list("session_key", "number")))()
    assert keys == [(transaction, 1), (transaction, 1), (0, 2)]


async def test_it_files_samples_of_impossible_times_apart(talk: Talk) -> None:
    for year in ("1970", "2020", "2199"):
        await talk.ask("MeterValues", metered(f"{year}-01-02T00:00:00Z", ENERGY))

    def partitions() -> list[tuple[int, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(year FROM at)::int, tableoid::regclass::text FROM charging_meterreading ORDER BY at"
            )
            return list(cursor.fetchall())

    assert await in_db(partitions)() == [
        (1970, "charging_meterreading_odd"),
        (2020, "charging_meterreading_past"),
        (2199, "charging_meterreading_odd"),
    ]


async def test_it_answers_in_the_order_of_the_calls_however_each_is_heard(talk: Talk) -> None:
    said = metered(now(), ENERGY, transactionId=await begin(talk))
    unknown = metered(now(), POWER, transactionId=12345)
    calls = [["MeterValues", said], ["Heartbeat", {}], ["MeterValues", unknown], ["MeterValues", said]] * 5
    for number, call in enumerate(calls):
        await talk.send([2, str(number), *call])
    assert [(await talk.hear())[1] for _ in calls] == [str(number) for number in range(len(calls))]


async def test_it_stores_so_many_samples_of_a_frame(talk: Talk) -> None:
    """The rest is in the words of the frame: nobody else's words wait behind a flood of them."""
    phases = [{"value": str(n), "phase": f"L{n}"} for n in range(100)]
    values = [{"timestamp": f"2026-01-01T10:{n // 60:02}:{n % 60:02}Z"} for n in range(110)]
    said = {"connectorId": 1, "meterValue": [{**at, "sampledValue": phases} for at in values]}
    assert await talk.ask("MeterValues", said) == {}
    frame = await in_db(Frame.objects.get)(action="MeterValues", direction="in")
    assert await in_db(MeterReading.objects.count)() == 10_000
    assert "more samples than are stored" in frame.error
    assert len(frame.text) > 200_000
