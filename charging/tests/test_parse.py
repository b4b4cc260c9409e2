"""Every odd thing that stations put into meter values (ocpp16.md MV1 to MV9)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charging.metering import MOST_POWER_W, REGISTER, Sample, parse, summary

RECEIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def parse_one(timestamp: object = "2026-03-02T08:59:30Z", **sampled: Any) -> Sample:
    """The one sample of a message."""
    (sample,) = parse([{"timestamp": timestamp, "sampledValue": [sampled]}], received_at=RECEIVED)
    return sample


def test_it_fills_in_what_the_specification_leaves_out() -> None:
    assert parse_one(value="1500") == Sample(
        at=datetime(2026, 3, 2, 8, 59, 30, tzinfo=UTC),
        measurand=REGISTER,
        phase="",
        location="Outlet",
        context="Sample.Periodic",
        unit="Wh",
        value=Decimal("1500.0000"),
        raw="",
    )


@pytest.mark.parametrize(
    ("unit", "value", "kept_unit", "kept"),
    [
        ("kWh", "0.15001", "Wh", "150.0100"),
        ("Wh", "12.5", "Wh", "12.5000"),
        ("kwh", "1", "Wh", "1000"),
        ("kW", "22", "W", "22000"),
        ("kvar", "2", "var", "2000"),
        ("kVA", "2", "VA", "2000"),
        ("kvarh", "3", "varh", "3000"),
        ("Celcius", "21", "Celsius", "21"),
        ("K", "273.15", "Celsius", "0"),
        ("Fahrenheit", "212", "Celsius", "100"),
        ("Hz", "50", "Hertz", "50"),
        ("Parsec", "3", "Parsec", "3"),
    ],
)
def test_it_brings_units_to_their_base(unit: str, value: str, kept_unit: str, kept: str) -> None:
    sample = parse_one(measurand="Whatever", unit=unit, value=value)
    assert (sample.unit, sample.value) == (kept_unit, Decimal(kept))
    assert sample.raw == ("" if unit == kept_unit else f"{value} {unit}")


def test_it_gives_only_energy_a_unit_by_default() -> None:
    assert parse_one(measurand="Power.Active.Import", value="1").unit == ""
    assert parse_one(measurand="Energy.Active.Import.Interval", value="1").unit == "Wh"


@pytest.mark.parametrize("value", ["", "NaN", "Infinity", "0x1F", "1_000", "１０", "1e99", "--1", "1 2", "9" * 41, " "])
def test_it_keeps_the_words_of_what_is_no_number(value: str) -> None:
    sample = parse_one(value=value)
    assert sample.value is None
    assert sample.raw == value.strip()


@pytest.mark.parametrize(("value", "kept"), [("1,5", "1.5"), (12.0, "12"), (7, "7"), ("-3", "-3"), ("1.5E2", "150")])
def test_it_reads_numbers_as_they_are_written(value: object, kept: str) -> None:
    assert parse_one(value=value).value == Decimal(kept)


@pytest.mark.parametrize("value", [None, True, [], {"a": 1}, float("nan"), float("inf"), 10**60])
def test_it_has_no_value_for_what_is_not_written_as_one(value: object) -> None:
    assert parse_one(value=value).value is None


def test_it_does_not_read_signed_data_as_a_number() -> None:
    sample = parse_one(value="3132", format="SignedData", unit="Wh")
    assert (sample.value, sample.raw) == (None, "3132 Wh")


@pytest.mark.parametrize(("value", "format_"), [("OCMF|{}", "SignedData"), ("1,5", "Raw")])
def test_it_puts_no_unit_into_a_stations_mouth(value: str, format_: str) -> None:
    assert parse_one(value=value, format=format_).raw == value


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        ("2026-03-02T14:59:30+06:00", datetime(2026, 3, 2, 8, 59, 30, tzinfo=UTC)),
        ("2026-03-02T08:59:30.123Z", datetime(2026, 3, 2, 8, 59, 30, 123000, tzinfo=UTC)),
        ("2026-03-02T08:59:30", datetime(2026, 3, 2, 8, 59, 30, tzinfo=UTC)),
        ("2026-03-02t08:59:30z", datetime(2026, 3, 2, 8, 59, 30, tzinfo=UTC)),
        ("1970-01-01T00:00:07Z", datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)),
        ("yesterday", RECEIVED),
        ("0001-01-01T00:00:00+14:00", RECEIVED),
        ("9" * 10_000, RECEIVED),
        (None, RECEIVED),
        (12, RECEIVED),
    ],
)
def test_it_reads_times_with_and_without_zones(timestamp: object, at: datetime) -> None:
    assert parse_one(timestamp=timestamp, value="1").at == at


def test_it_makes_texts_fit_their_columns() -> None:
    sample = parse_one(value="1\x00\ud800", measurand="M" * 99, phase="P" * 99, context="C" * 99, unit="U" * 99)
    assert (len(sample.measurand), len(sample.phase), len(sample.context), len(sample.unit)) == (60, 10, 30, 20)
    assert sample.raw.encode("utf-8")
    assert "\x00" not in sample.raw


def test_it_takes_one_value_where_a_list_belongs() -> None:
    assert [s.value for s in parse({"sampledValue": {"value": "5"}}, received_at=RECEIVED)] == [Decimal(5)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
NAMES = ("value", "unit", "measurand", "phase", "location", "context", "format")
SAMPLED = st.dictionaries(st.sampled_from(NAMES), JSON | st.sampled_from(["kWh", "Celsius", "1e16", "-0"]))
ENTRY = st.fixed_dictionaries(
    {}, optional={"timestamp": JSON | st.datetimes().map(str), "sampledValue": SAMPLED | JSON}
)


@given(st.lists(ENTRY | JSON, max_size=5) | JSON)
def test_it_never_raises_and_always_fits_the_table(said: Any) -> None:
    samples = parse(said, received_at=RECEIVED)
    for sample in samples:
        assert sample.at.tzinfo is not None
        assert sample.value is None or abs(sample.value) < 10**16
        for text in (sample.raw, sample.unit, sample.measurand, sample.phase, sample.location, sample.context):
            assert "\x00" not in text
            text.encode("utf-8")
    told = summary(samples, meter_start_wh=1000)
    assert told.energy_wh is None or told.energy_wh >= 0
    assert told.power_w is None or abs(told.power_w) <= MOST_POWER_W
