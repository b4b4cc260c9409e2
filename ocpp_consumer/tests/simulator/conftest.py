from collections.abc import AsyncIterator

import pytest

from ocpp_consumer.simulator import Backoff, ConnectorSpec, StationSpec
from ocpp_consumer.tests.simulator.csms import Csms

FAST = Backoff(first=0.02, most=0.05)


@pytest.fixture
async def csms() -> AsyncIterator[Csms]:
    """A central system; at the end every message that it got must have followed the schema."""
    async with Csms() as system:
        yield system
    assert system.broken == []


@pytest.fixture
def spec() -> StationSpec:
    """Two connectors of constant power, fast enough to deliver a kWh within a second."""
    connectors = tuple(
        ConnectorSpec(number=n, type="CCS2", max_power_w=36_000, curve="constant", register_wh=1_000 * n)
        for n in (1, 2)
    )
    return StationSpec(
        identity="DP-0001", vendor="Acme", meter_interval=0.1, connectors=connectors, speed=200, step_seconds=0.0
    )
