"""Of many samples and limits the line tells those that count: the newest, at the outlet, and each pause."""

from typing import Any

import pytest

from ocpp_consumer.tests.log.test_decode import told


def sample(value: str, location: str = "", measurand: str = "") -> dict[str, str]:
    """A sampled value, of the register at the outlet in Wh where nothing else is said."""
    said = {"value": value, "location": location, "measurand": measurand}
    return {name: word for name, word in said.items() if word}


def entry(minute: int, *sampled: dict[str, str]) -> dict[str, Any]:
    """What was measured in that minute."""
    return {"timestamp": f"2026-11-20T12:{minute:02}:00Z", "sampledValue": list(sampled)}


def meter(*entries: dict[str, Any]) -> str:
    """MeterValues in words."""
    return told("MeterValues", {"meterValue": list(entries)}).removeprefix("MeterValues: ")


@pytest.mark.parametrize(
    ("entries", "line"),
    [
        ([entry(0, sample("10000", "Outlet"), sample("12000", "Inlet"))], "10 kWh, {register} Inlet 12 kWh"),
        ([entry(0, sample("12000", "Inlet"), sample("10000"))], "10 kWh, {register} Inlet 12 kWh"),
        ([entry(0, sample("12000", "Inlet"))], "12 kWh"),
        ([entry(10, sample("2000")), entry(0, sample("1000"))], "2 kWh"),
        ([entry(minute, sample(f"{minute}000")) for minute in range(59, 0, -1)], "59 kWh"),
        ([entry(minute, sample(f"{minute}000")) for minute in range(1, 60)], "59 kWh"),
        ([{"sampledValue": [sample("1000")]}, {"sampledValue": [sample("2000")]}], "2 kWh"),
        ([entry(0, sample("31", "Body", "Temperature"))], "Temperature Body 31"),
    ],
    ids=["outlet first", "outlet last", "inlet alone", "older last", "backwards", "forwards", "undated", "body"],
)
def test_it_tells_the_newest_value_at_the_outlet(entries: list[dict[str, Any]], line: str) -> None:
    assert meter(*entries) == line.format(register="Energy.Active.Import.Register")


@pytest.mark.parametrize(
    ("limits", "line"),
    [
        ([16], "16 A"),
        ([16, 0, 32], "16 A → 0 A → 32 A"),
        ([1, 2, 3, 4, 5, 6], "1 A → 2 A → 3 A → 4 A → 5 A → 6 A"),
        (list(range(1, 100)), "1 A → 2 A → 3 A → 4 A → … → 99 A"),
        (["soon", 8], "8 A"),
        ([], ""),
    ],
    ids=["one", "a pause", "all", "many", "no number", "none"],
)
def test_it_tells_each_limit_of_a_schedule(limits: list[Any], line: str) -> None:
    periods = [{"startPeriod": place, "limit": limit} for place, limit in enumerate(limits)]
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": periods}
    said = told("SetChargingProfile", {"csChargingProfiles": {"chargingSchedule": schedule}})
    assert said == ": ".join(filter(None, ["SetChargingProfile", line]))
