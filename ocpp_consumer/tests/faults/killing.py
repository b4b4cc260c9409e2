"""A fleet that charges while the processes that serve it are killed at random."""

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from ocpp_consumer.tests.faults import ledger
from ocpp_consumer.tests.faults.charger import Charger
from ocpp_consumer.tests.faults.processes import Gateway
from ocpp_consumer.tests.server import in_db

# From one kill to the next, in seconds, once the process that was killed is up again.
SHORTEST, LONGEST = 0.2, 1.5
DRAIN_SECONDS = 60.0


@dataclass
class Killing:
    """Kills gateways, one or both, and now and then the database; stations come back by themselves."""

    gateways: Sequence[Gateway]
    chargers: Sequence[Charger]
    seed: int
    kill_database: Callable[[], Awaitable[None]] | None = None
    database_kills: int = 0

    async def run(self, kills: int) -> ledger.Balance:
        """Kill gateways so often, let every station finish what it has begun, and compare."""
        chance = random.Random(self.seed)
        living = [asyncio.create_task(charger.run()) for charger in self.chargers]
        due = set(chance.sample(range(kills), self.database_kills))
        done, began = 0, time.monotonic()
        while done < kills:
            await asyncio.sleep(chance.uniform(SHORTEST, LONGEST))
            victims = chance.sample(self.gateways, 2 if chance.random() < 0.1 and kills - done > 1 else 1)
            for victim in victims:
                victim.kill()
            if self.kill_database and due & set(range(done, done + len(victims))):
                await self.kill_database()
            done += len(victims)
            for victim in victims:
                victim.start()
                await asyncio.to_thread(victim.wait_until_up)
            if done % 10 == 0:
                self._tell(done, began)
        await self._finish(living)
        balance: ledger.Balance = await in_db(ledger.draw)(self.chargers)
        return balance

    async def _finish(self, living: Sequence["asyncio.Task[None]"]) -> None:
        for charger in self.chargers:
            charger.end()
        async with asyncio.timeout(DRAIN_SECONDS):
            await asyncio.gather(*living)

    def _tell(self, done: int, began: float) -> None:
        told = sum(len(charger.memory.acknowledged) for charger in self.chargers)
        sys.stdout.write(f"{done} kills, {told} frames acknowledged, {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()
