"""Bills are settled while the workers that settle them are killed at random."""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

from drivepower.core import doorbell
from ocpp_consumer.tests.faults.bills import Bills
from ocpp_consumer.tests.faults.workers import Worker

WORKERS = 3
# How many charges end before each kill, and how long after the first bill of them a worker dies at the latest.
AT_ONCE = 12
LONGEST_SECONDS = 0.15
PATIENCE_SECONDS = 60.0
# The clock's part: what was hinted to a worker that died is found by a sweep.
SWEEP_SECONDS = 1.0


@dataclass
class Settling:
    """Kills workers while there are bills to settle; others go on, and a new one comes for each."""

    bills: Bills
    hire: Callable[[], Worker]
    seed: int
    workers: list[Worker] = field(default_factory=list)
    in_the_midst: int = 0

    def run(self, kills: int) -> list[str]:
        """Kill so often; answers what is wrong when everything has been settled."""
        chance = random.Random(self.seed)
        began = time.monotonic()
        self.workers = [self.hire() for _ in range(min(WORKERS, kills))]
        try:
            for done in range(1, kills + 1):
                self._kill_one(chance)
                if done % 20 == 0:
                    self._tell(done, began)
            self._until(0)
        finally:
            for worker in self.workers:
                worker.kill()
        return self.bills.complaints()

    def _kill_one(self, chance: random.Random) -> None:
        self.bills.end_some(AT_ONCE)
        self._until(self.bills.waiting() - 1)
        time.sleep(chance.uniform(0, LONGEST_SECONDS))
        victim = self.workers.pop(0)  # the one that has been up for longest
        waiting = self.bills.waiting()
        victim.kill()
        self.in_the_midst += waiting > 0
        self.workers.append(self.hire())

    def _until(self, waiting: int) -> None:
        """Wait until no more than that wait; whoever was killed took its tasks along, and the sweep finds them."""

        give_up = time.monotonic() + PATIENCE_SECONDS
        asked_at = 0.0
        while self.bills.waiting() > waiting:
            if time.monotonic() > give_up:
                raise AssertionError(f"{self.bills.waiting()} bills wait for a worker")
            if time.monotonic() > asked_at + SWEEP_SECONDS:
                sender = doorbell.sender(settings.CELERY_BROKER_URL)
                sender.send_task("charging.sweep_settlements", retry=False, ignore_result=True)
                asked_at = time.monotonic()
            time.sleep(0.005)

    def _tell(self, done: int, began: float) -> None:
        seconds = time.monotonic() - began
        sys.stdout.write(f"{done} kills of workers, {len(self.bills.due)} bills, {seconds:.0f} s\n")
        sys.stdout.flush()
