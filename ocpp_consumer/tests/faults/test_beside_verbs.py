"""Group commits go on while verbs hold locks for half a second at a time, and neither waits for the other for ever."""

import asyncio
import threading
import time
from collections.abc import Sequence

from django.db import connections, transaction

from charging.models import Session
from ocpp_consumer.tests.conformance.site import make_site
from ocpp_consumer.tests.faults.charger import Charger
from ocpp_consumer.tests.faults.conftest import Starter
from ocpp_consumer.tests.faults.ledger import draw
from ocpp_consumer.tests.server import in_db
from stations.models import Connector, Station

HOLD_SECONDS = 0.5


class Holder(threading.Thread):
    """Locks a station's connectors, its sessions and itself, in the order of verbs, again and again."""

    def __init__(self, station_ids: Sequence[int]) -> None:
        super().__init__()
        self._station_ids = station_ids
        self.turns = 0
        self.error: Exception | None = None
        self.over = threading.Event()

    def run(self) -> None:
        """Until it is over, or fails."""
        try:
            while not self.over.is_set():
                self._hold(self._station_ids[self.turns % len(self._station_ids)])
                self.turns += 1
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()

    def _hold(self, station_id: int) -> None:
        with transaction.atomic():
            for rows in (
                Connector.objects.filter(station=station_id),
                Session.objects.filter(station=station_id),
                Station.objects.filter(pk=station_id),
            ):
                list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
            time.sleep(HOLD_SECONDS)


async def test_it_commits_while_verbs_hold_their_locks(start: Starter) -> None:
    """Two processes, so that batches meet each other too."""
    gateways = [start(), start()]
    for gateway in gateways:
        await asyncio.to_thread(gateway.wait_until_up)
    chargers = [Charger(await in_db(make_site)(), urls=[gateways[number % 2].url], seed=number) for number in range(6)]
    holders = [Holder([one.site.station_id for one in chargers[part::2]]) for part in range(2)]
    living = [asyncio.create_task(charger.run()) for charger in chargers]
    for holder in holders:
        holder.start()
    try:
        async with asyncio.timeout(60):
            while any(holder.turns < 4 and not holder.error for holder in holders):
                await asyncio.sleep(0.05)
            while any(not charger.memory.stops for charger in chargers):
                await asyncio.sleep(0.05)
    finally:
        for holder in holders:
            holder.over.set()
            await asyncio.to_thread(holder.join)
        for charger in chargers:
            charger.end()
    await asyncio.gather(*living)
    assert [holder.error for holder in holders] == [None, None]
    assert all(times == 1 for charger in chargers for times in charger.memory.sent.values()), "a socket broke"
    balance = await in_db(draw)(chargers)
    assert balance.is_even, str(balance)
