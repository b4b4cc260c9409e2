"""The database is slow, goes away, and comes back: stations wait or come again, and nothing is lost or refused."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import InvalidStatus

from drivepower.tests.house import database_url
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.conformance.site import make_site
from ocpp_consumer.tests.faults.charger import Charger
from ocpp_consumer.tests.faults.conftest import Starter
from ocpp_consumer.tests.faults.ledger import draw
from ocpp_consumer.tests.faults.proxy import Proxy
from ocpp_consumer.tests.server import PATIENCE, basic, in_db, make_station, now, talking


@pytest.fixture
async def proxy(transactional_db: None) -> AsyncIterator[Proxy]:
    """The only way from the gateway to the test's database."""
    async with Proxy(database_url()).running() as running:
        yield running


async def test_it_loses_nothing_when_the_database_goes_away_and_comes_back(start: Starter, proxy: Proxy) -> None:
    gateway = start(database_url=proxy.url)
    await asyncio.to_thread(gateway.wait_until_up)
    chargers = [Charger(await in_db(make_site)(), urls=[gateway.url], seed=number) for number in range(5)]
    living = [asyncio.create_task(charger.run()) for charger in chargers]
    for _ in range(2):
        await _until_more_is_acknowledged(chargers)
        proxy.cut()
        before = await in_db(Frame.objects.filter(direction="in").count)()
        await _until_refused(gateway.url, chargers[0])
        assert await in_db(Frame.objects.filter(direction="in").count)() == before
        proxy.is_cut = False
    await _until_more_is_acknowledged(chargers)
    for charger in chargers:
        charger.end()
    await asyncio.gather(*living)
    balance = await in_db(draw)(chargers)
    assert balance.is_even, str(balance)


async def _until_more_is_acknowledged(chargers: list[Charger]) -> None:
    before = [len(charger.memory.acknowledged) for charger in chargers]
    async with asyncio.timeout(3 * PATIENCE):
        while any(len(one.memory.acknowledged) < then + 5 for one, then in zip(chargers, before, strict=True)):
            await asyncio.sleep(0.02)


async def _until_refused(url: str, charger: Charger) -> None:
    """A new socket is refused with 503: come again later."""
    async with asyncio.timeout(3 * PATIENCE):
        while await _status(url, charger) != 503:
            await asyncio.sleep(0.05)


async def _status(url: str, charger: Charger) -> int:
    """What a new socket is answered with; 0 if nothing in time."""
    try:
        async with charger.opened(url):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code
    except (OSError, TimeoutError):
        return 0


async def test_it_answers_all_the_same_when_the_database_is_slow(start: Starter, proxy: Proxy) -> None:
    """A second or two for everything that is written: later, but never an error, and never another socket."""
    gateway = start(database_url=proxy.url)
    await asyncio.to_thread(gateway.wait_until_up)
    _, key = await in_db(make_station)()
    async with talking(gateway, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("Heartbeat", {})
        proxy.delay = 0.05  # for each of the dozen statements of a verb
        said = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": now()}
        transaction = (await talk.ask("StartTransaction", said))["transactionId"]
        metered = [{"timestamp": now(), "sampledValue": [{"value": "10"}]}]
        meter = {"connectorId": 1, "transactionId": transaction, "meterValue": metered}
        assert await talk.ask("MeterValues", meter) == {}
        stop = {"transactionId": transaction, "meterStop": 20, "timestamp": now()}
        assert await talk.ask("StopTransaction", stop) == {}
        proxy.delay = 0.0
        assert await talk.ask("Heartbeat", {})


async def test_it_does_without_valkey(start: Starter) -> None:
    gateway = start(redis_url="redis://127.0.0.1:1/0").wait_until_up()
    charger = Charger(await in_db(make_site)(), urls=[gateway.url], seed=1)
    living = asyncio.create_task(charger.run())
    await _until_more_is_acknowledged([charger])
    charger.end()
    await living
    assert all(times == 1 for times in charger.memory.sent.values())
    assert (await in_db(draw)([charger])).is_even
