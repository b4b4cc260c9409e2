"""`kill -9` of the processes that serve stations: what was acknowledged is kept, and nothing is begun twice."""

import asyncio

from ocpp_consumer.tests.conformance.site import make_site
from ocpp_consumer.tests.faults.charger import Charger
from ocpp_consumer.tests.faults.conftest import Starter
from ocpp_consumer.tests.faults.killing import Killing
from ocpp_consumer.tests.faults.ledger import Balance, draw
from ocpp_consumer.tests.server import in_db


async def test_it_loses_nothing_that_was_acknowledged(start: Starter) -> None:
    gateways = [start(), start()]
    for gateway in gateways:
        gateway.wait_until_up()
    sites = [await in_db(make_site)() for _ in range(6)]
    urls = [gateway.url for gateway in gateways]
    chargers = [Charger(site, urls=urls, seed=number) for number, site in enumerate(sites)]
    balance = await Killing(gateways, chargers, seed=3).run(3)
    assert balance.acknowledged > 20
    assert balance.is_even, str(balance)


async def test_it_would_notice_what_is_lost(start: Starter) -> None:
    gateway = start().wait_until_up()
    charger = Charger(await in_db(make_site)(), urls=[gateway.url], seed=1)
    living = asyncio.create_task(charger.run())
    while not charger.memory.stops:
        await asyncio.sleep(0.01)
    charger.end()
    await living
    assert (await in_db(draw)([charger])).is_even
    memory = charger.memory
    transaction, register = next(iter(memory.stops.items()))
    memory.acknowledged["never sent"] = "Heartbeat"
    memory.stops[transaction] = register + 1
    memory.starts["never"] = {2**31 - 1}
    memory.readings.append((transaction, "2026-01-01T00:00:00Z", "1"))
    memory.refused.append("no")
    lost = await in_db(draw)([charger])
    wanted = Balance(lost.acknowledged, lost.repeated, lost.doubled, 1, 1, 0, 1, 1, 1)
    assert lost == wanted
