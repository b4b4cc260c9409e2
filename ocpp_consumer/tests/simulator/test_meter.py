from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocpp_consumer.simulator import Battery, ConnectorSpec, Transaction
from ocpp_consumer.simulator.clock import now
from ocpp_consumer.simulator.connector import Connector
from ocpp_consumer.simulator.meter import Meter, energy_uwh

QUICK = settings(max_examples=50, deadline=None)


def charging(spec: ConnectorSpec, battery: Battery) -> Connector:
    connector = Connector(spec, Random(1))
    connector.battery = battery
    connector.transaction = Transaction(
        connector_id=1, id_tag="CARD-1", meter_start=connector.meter.register_wh, started_at=now()
    )
    connector.draw(None)
    return connector


def test_it_never_runs_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        Meter(5).add(-1)


def test_it_shows_whole_watt_hours() -> None:
    meter = Meter(1_000)
    meter.add(999_999)
    assert meter.register_wh == 1_000
    meter.add(1)
    assert meter.register_wh == 1_001


@QUICK
@given(seconds=st.lists(st.floats(0, 500), max_size=20))
def test_the_register_is_the_integral_of_a_constant_power(seconds: list[float]) -> None:
    spec = ConnectorSpec(max_power_w=36_000, curve="constant", register_wh=500)
    connector = charging(spec, Battery(capacity_wh=1_000_000, soc=0))
    for step in seconds:
        connector.advance(step, None)
    assert connector.meter.register_wh == pytest.approx(500 + sum(seconds) * 10, abs=1.01)


@QUICK
@given(
    kind=st.sampled_from(["CCS2", "Type2"]),
    steps=st.lists(st.tuples(st.floats(0, 900), st.none() | st.floats(0, 70_000)), max_size=25),
    soc=st.floats(0, 100),
)
def test_the_register_never_falls_and_power_keeps_its_limits(
    kind: str, steps: list[tuple[float, float | None]], soc: float
) -> None:
    battery = Battery(capacity_wh=60_000, soc=soc)
    connector = charging(ConnectorSpec(type=kind, max_power_w=50_000), battery)
    registers, levels = [connector.meter.register_wh], [battery.soc]
    for seconds, limit in steps:
        connector.advance(seconds, limit)
        registers.append(connector.meter.register_wh)
        levels.append(battery.soc)
        assert 0 <= connector.power_w <= min(50_000, 50_000 if limit is None else limit)
    assert all(before <= after for before, after in pairwise(registers))
    assert all(before <= after <= 100 for before, after in pairwise(levels))
    assert registers[-1] - registers[0] == pytest.approx((levels[-1] - levels[0]) * 600, abs=1.01)


@QUICK
@given(wants_wh=st.integers(1, 5_000), step=st.floats(0.5, 100))
def test_a_car_takes_exactly_what_it_wants(wants_wh: int, step: float) -> None:
    spec = ConnectorSpec(max_power_w=350_000, curve="constant", register_wh=7)
    connector = charging(spec, Battery(capacity_wh=100_000, soc=10, wants_wh=wants_wh))
    while connector.power_w > 0:
        connector.advance(step, None)
    assert connector.meter.register_wh == 7 + wants_wh
    assert connector.status == "SuspendedEV"


def test_energy_is_power_by_time() -> None:
    assert energy_uwh(power_w=1_000, seconds=3_600) == 1_000_000_000
