"""What a station answered while the database was away is written down when it is back."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from drivepower.tests.house import database_url
from ocpp_consumer.tests.asking.world import State, intend, outcome
from ocpp_consumer.tests.faults.conftest import Starter
from ocpp_consumer.tests.faults.proxy import Proxy
from ocpp_consumer.tests.server import basic, in_db, make_station, talking


@pytest.fixture
async def proxy(transactional_db: None) -> AsyncIterator[Proxy]:
    """The only way from the gateway to the test's database."""
    async with Proxy(database_url()).running() as running:
        yield running


async def test_it_keeps_the_answer_to_a_command(start: Starter, proxy: Proxy) -> None:
    gateway = start(database_url=proxy.url)
    await asyncio.to_thread(gateway.wait_until_up)
    station, key = await in_db(make_station)()
    async with talking(gateway, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("Heartbeat", {})
        command = await intend(station, "ClearCache", {})
        call = await talk.hear()
        proxy.cut()
        await talk.send([3, call[1], {"status": "Accepted"}])
        await talk.closed()  # its words could not be stored, and neither could the answer be recorded
    proxy.is_cut = False
    assert (await outcome(command, State.ACCEPTED)).answer == {"status": "Accepted"}
