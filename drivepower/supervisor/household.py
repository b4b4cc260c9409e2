"""All children together: started in order, watched, stopped in reverse."""

import asyncio
import signal
import time
from collections.abc import Callable, Mapping

from drivepower.embedded import CannotStart
from drivepower.supervisor.house import House
from drivepower.supervisor.keeper import Keeper
from drivepower.supervisor.output import Output
from drivepower.supervisor.readiness import answers

WATCH_INTERVAL = 0.2
READY_PATIENCE = 120.0
# A signal to the process group comes twice, from whoever sent it and from make: that is one wish, not two.
ONE_WISH_SECONDS = 1.0


class ChildFailed(Exception):
    """A child ended while DrivePower was starting; its own lines say why."""

    def __init__(self, name: str, exit_code: int) -> None:
        super().__init__(f"{name} ended with code {exit_code} while starting; its lines above say why.")
        self.exit_code = exit_code


class Household:
    """Runs the children of a house until Ctrl-C or SIGTERM, or until a data server falls."""

    def __init__(
        self,
        house: House,
        *,
        environment: Mapping[str, str],
        public_url: str,
        output: Output,
        fallen: Callable[[], str],
    ) -> None:
        self._keepers = [Keeper(child, environment=environment, output=output) for child in house.children]
        self._address = house.address
        self._public_url = public_url
        self._fallen = fallen
        self._asked_to_stop = asyncio.Event()
        self._asked_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def live(self, *, when_ready: Callable[[], None], when_stopping: Callable[[], None]) -> None:
        """Start everything, tell when it is ready, and stay; raises ChildFailed or CannotStart."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._hear)
        try:
            self._start(needs_portal=False)
            if await self._becomes_ready():
                self._start(needs_portal=True)
                when_ready()
                await self._stay()
        finally:
            when_stopping()
            await self._stop()

    def _start(self, *, needs_portal: bool) -> None:
        for keeper in self._keepers:
            if keeper.child.needs_portal is needs_portal:
                self._tasks.append(asyncio.create_task(keeper.keep()))

    async def _becomes_ready(self) -> bool:
        """True when the portal answers, False if we are asked to stop before."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + READY_PATIENCE
        while not self._asked_to_stop.is_set():
            for keeper in self._keepers:
                if keeper.exit_code is not None:
                    raise ChildFailed(keeper.child.name, keeper.exit_code)
            self._refuse_without_data()
            if await answers(self._address, public_url=self._public_url):
                return True
            if clock() > deadline:
                raise CannotStart(f"{self._address}/health/ready did not answer 200 within {READY_PATIENCE:.0f} s.")
            await asyncio.sleep(WATCH_INTERVAL)
        return False

    async def _stay(self) -> None:
        while not self._asked_to_stop.is_set():
            self._refuse_without_data()
            await asyncio.sleep(WATCH_INTERVAL)

    def _refuse_without_data(self) -> None:
        if name := self._fallen():
            raise CannotStart(f"{name} ended by itself, so everything was stopped; all that was committed is kept.")

    def _hear(self) -> None:
        now = time.monotonic()
        if not self._asked_to_stop.is_set():
            self._asked_at = now
            self._asked_to_stop.set()
        elif now - self._asked_at >= ONE_WISH_SECONDS:  # the second time: at once
            for keeper in self._keepers:
                keeper.kill()

    async def _stop(self) -> None:
        for keeper in reversed(self._keepers):
            await keeper.stop()
        await asyncio.gather(*self._tasks)
