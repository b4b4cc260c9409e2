"""Simulated stations do what a job asks of them over WebSocket, and no money moves."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from django.utils import timezone

from billing.models import Transfer, Wallet
from ocpp_consumer import bulk
from ocpp_consumer.simulator import Backoff, StationSpec
from ocpp_consumer.simulator import Station as Simulated
from ocpp_consumer.tasks import go_on_with_bulk
from ocpp_consumer.tests.bulk.world import BY, Kind, State, outcomes, state_of
from ocpp_consumer.tests.server import Server, eventually, in_db, make_station
from stations import labels
from stations.models import BulkCommand, ConfigurationKey, ConnectorState, Station

WISHES = [
    (Kind.CONFIGURATION, {"values": {"MeterValueSampleInterval": "30", "ConnectionTimeOut": "45"}}),
    (Kind.AVAILABILITY, {"type": "Inoperative"}),
    (Kind.RESET, {"type": "Soft"}),
]


def begin(kind: str, payload: dict[str, Any]) -> BulkCommand:
    """A job over the label that both stations carry, one after the other."""
    stations = list(labels.labelled(Station.objects.all(), "north").order_by("code"))
    return bulk.begin(
        kind=kind, stations=stations, payload=payload, wave_size=1, by=BY, confirmed=True, at=timezone.now()
    )


async def carried_out(job: BulkCommand) -> None:
    """The sweep runs until the job is done."""
    async with asyncio.timeout(30):
        while await in_db(state_of)(job) == State.RUNNING:
            await in_db(go_on_with_bulk)()
            await asyncio.sleep(0.05)


async def test_they_do_what_a_job_asks(server: Server) -> None:
    async with AsyncExitStack() as stack:
        for identity in ("DP-1", "DP-2"):
            _, key = await in_db(make_station)(identity, labels=["north"])
            spec = StationSpec(identity=identity, password=key, step_seconds=0.0)
            simulated = Simulated(spec, url=f"{server.url}/ocpp", backoff=Backoff(first=0.02, most=0.05))
            await stack.enter_async_context(simulated)
        await eventually(lambda: ConnectorState.objects.filter(number=1).count() == 2, "both are up")
        for kind, payload in WISHES:
            job = await in_db(begin)(kind, payload)
            await carried_out(job)
            assert await in_db(outcomes)(job) == [(1, "success", ""), (2, "success", "")], kind
        read = ConfigurationKey.objects.filter(key="MeterValueSampleInterval", value="30")
        assert await in_db(read.count)() == 2
    assert await in_db(Transfer.objects.count)() == 0
    assert not await in_db(Wallet.objects.exclude(balance=0).exists)()
