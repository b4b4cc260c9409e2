"""What stations send all day leaves no row in the audit trail."""

from collections.abc import Iterator
from typing import Any

import pytest

from drivepower.portal.models import Change
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Server, basic, eventually, in_db, make_station, now, running_server, talking
from stations.models import Connector

BOOT = {"chargePointVendor": "Maker", "chargePointModel": "M-1"}
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """The door of stations."""
    with running_server() as running:
        yield running


def trail() -> list[tuple[str, str, dict[str, Any]]]:
    """What was noted, oldest first."""
    return list(Change.objects.order_by("id").values_list("table", "what", "after"))


async def test_heartbeats_statuses_and_meter_values_leave_none(server: Server) -> None:
    _, key = await in_db(make_station)()
    value = {"timestamp": now(), "sampledValue": [{"value": "1200", "measurand": "Energy.Active.Import.Register"}]}
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("BootNotification", BOOT)
        await talk.ask("StatusNotification", STATUS)  # which makes the connector known
        await eventually(Connector.objects.filter(number=1).exists, "the connector is known")
        before = await in_db(trail)()
        for _ in range(5):
            await talk.ask("Heartbeat", {})
            await talk.ask("StatusNotification", STATUS)
            await talk.ask("MeterValues", {"connectorId": 1, "meterValue": [value]})
        kept = Frame.objects.filter(action="MeterValues")
        await eventually(lambda: kept.count() >= 5, "all of it is in the journal")
        assert await in_db(trail)() == before
        await talk.ask("BootNotification", BOOT | {"firmwareVersion": "2.0"})  # which is worth a row
        firmware = ("stations.station", "update", {"firmware": "2.0"})
        await eventually(lambda: trail() == [*before, firmware], "the new firmware is noted")
