"""What meters say: always answered, kept as it was said, and counted only where it counts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from charging.models import MeterReading, SessionMeter
from ocpp_consumer.tests.conformance.charger import METER_START, Charger, now

REGISTER = "Energy.Active.Import.Register"


def measured(cp: Charger, *samples: dict[str, Any], at: str = "", **more: Any) -> None:
    """MeterValues of connector 1 with these samples, answered."""
    values = [{"timestamp": at or now(), "sampledValue": list(samples)}]
    assert cp.ask("MeterValues", **{"connectorId": 1, "meterValue": values} | more) == {}


def readings(cp: Charger) -> list[MeterReading]:
    """What was kept of them, by time and measurand."""
    return list(MeterReading.objects.filter(station=cp.site.station_id).order_by("at", "measurand", "id"))


def meter(cp: Charger, transaction: int) -> SessionMeter:
    """How the session stands by them."""
    return SessionMeter.objects.get(pk=cp.site.session(transaction).pk)


def test_dp_meter_values_without_transaction(cp: Charger) -> None:
    """MeterValues without a transaction"""
    measured(cp, {"value": "1000200"})
    transaction = cp.charging()
    measured(cp, {"value": "1000300"})
    measured(cp, {"value": "1000400"}, transactionId=-1)
    measured(cp, {"value": "77"}, connectorId=0)
    session = cp.site.session(transaction).pk
    assert [one.session_key for one in readings(cp)] == [0, session, session, 0]
    assert meter(cp, transaction).energy_wh == 400


def test_dp_meter_values_in_kwh(cp: Charger) -> None:
    """MeterValues in kWh"""
    transaction = cp.charging()
    power = {"value": "22.4", "measurand": "Power.Active.Import", "unit": "kW"}
    measured(cp, {"value": "1000.25", "unit": "kWh"}, power, transactionId=transaction)
    register, drawn = readings(cp)
    assert (register.value, register.unit, register.raw) == (Decimal(1_000_250), "Wh", "1000.25 kWh")
    assert (drawn.value, drawn.unit) == (Decimal(22_400), "W")
    assert (meter(cp, transaction).energy_wh, meter(cp, transaction).power_w) == (250, 22_400)


def test_dp_meter_values_per_phase(cp: Charger) -> None:
    """MeterValues for each phase"""
    transaction = cp.charging()
    samples = [
        {"value": value, "phase": phase, "measurand": measurand}
        for phase in ("L1", "L2", "L3")
        for measurand, value in (("Power.Active.Import", "7000"), ("Voltage", "231.5"))
    ]
    measured(cp, *samples, {"value": "1000100", "measurand": REGISTER}, transactionId=transaction)
    assert {(one.measurand, one.phase) for one in readings(cp)} == {
        (one["measurand"], one["phase"]) for one in samples
    } | {(REGISTER, "")}
    assert (meter(cp, transaction).energy_wh, meter(cp, transaction).power_w) == (100, 21_000)


def test_dp_meter_values_signed(cp: Charger) -> None:
    """MeterValues with SignedData"""
    transaction = cp.charging()
    signed = {"value": "3026020101", "format": "SignedData", "measurand": REGISTER}
    measured(cp, {"value": "1000300"}, signed | {"context": "Transaction.Begin"}, transactionId=transaction)
    kept = {one.context: one for one in readings(cp)}
    assert kept["Sample.Periodic"].value == Decimal(1_000_300)
    assert kept["Transaction.Begin"].value is None
    assert kept["Transaction.Begin"].raw.startswith("3026020101")
    assert meter(cp, transaction).energy_wh == 300


def test_dp_meter_values_offset_times(cp: Charger) -> None:
    """MeterValues whose times have offsets and fractions"""
    transaction = cp.charging()
    at = datetime.now(UTC).replace(microsecond=123_456)
    local = (at + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%S.%f0+06:00")
    measured(cp, {"value": "1000100"}, at=local, transactionId=transaction)
    assert [one.at for one in readings(cp)] == [at]


def test_dp_meter_values_out_of_order(cp: Charger) -> None:
    """MeterValues out of order"""
    transaction = cp.start(timestamp=now(minutes=10))
    for minutes, energy_wh in ((1, 900), (5, 500), (3, 700)):
        value = str(METER_START + energy_wh)
        measured(cp, {"value": value}, at=now(minutes=minutes), transactionId=transaction)
    assert [one.value for one in readings(cp)] == [METER_START + more for more in (500, 700, 900)]
    assert meter(cp, transaction).energy_wh == 900
