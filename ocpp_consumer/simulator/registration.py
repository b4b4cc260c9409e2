"""What a station does on a fresh socket: boot until it is accepted, report its state, then heartbeats (S 4.2, 4.6)."""

from functools import partial
from typing import TYPE_CHECKING

from ocpp.v16 import call

if TYPE_CHECKING:
    from .station import Station

ACCEPTED = "Accepted"


class Registration:
    """The registration status survives a lost socket, but not a reboot (J 5.4)."""

    def __init__(self, station: "Station") -> None:
        self._station = station
        self._is_asked_to_boot = False
        self.status = ""

    @property
    def is_accepted(self) -> bool:
        """Whether the central system has accepted the last boot."""
        return self.status == ACCEPTED

    def forget(self) -> None:
        """The next socket begins with a BootNotification."""
        self.status = ""

    def resume(self) -> None:
        """A fresh socket: an accepted station goes on where it was, without a boot."""
        if self.is_accepted:
            self._station.statuses.catch_up()

    def boot_soon(self) -> None:
        """Boots as soon as possible, without waiting for the interval (TriggerMessage)."""
        self._is_asked_to_boot = True
        self._station.changes.notify()

    async def live(self) -> None:
        """Runs as long as the socket does."""
        if not self.is_accepted:
            await self._boot()
        while True:
            seconds = self._station.configuration.number("HeartbeatInterval")
            if await self._station.changes.sleep(seconds or None, unless=partial(self._is_disturbed, seconds)):
                await self._station.request(call.Heartbeat())
            elif self._is_asked_to_boot:
                await self._boot()

    def _is_disturbed(self, seconds: int) -> bool:
        return self._is_asked_to_boot or self._station.configuration.number("HeartbeatInterval") != seconds

    async def _boot(self) -> None:
        attempt = 0
        while True:
            self._is_asked_to_boot = False
            answer = await self._station.request(self._boot_request())
            if answer is not None:
                self.status = answer.status
                self._station.changes.notify()
            if answer is not None and self.is_accepted:
                break
            pause = self._station.backoff.delay(attempt, self._station.rng)
            if answer is not None and answer.interval > 0:
                pause = answer.interval
            attempt += 1
            await self._station.changes.sleep(pause, unless=lambda: self._is_asked_to_boot)
        if answer.interval > 0:
            self._station.configuration.learn("HeartbeatInterval", str(answer.interval))
        self._station.statuses.start_over()

    def _boot_request(self) -> call.BootNotification:
        spec = self._station.spec
        return call.BootNotification(
            charge_point_model=spec.model,
            charge_point_vendor=spec.vendor,
            charge_point_serial_number=spec.serial or None,
            firmware_version=spec.firmware or None,
        )
