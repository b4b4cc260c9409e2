"""Reboots, firmware and diagnostics: nothing is really loaded, every step is reported (S 4.4, 4.5, 5.14)."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ocpp.v16 import call

from .clock import now

if TYPE_CHECKING:
    from .station import Station

SCHEMES = ("http", "https", "ftp", "ftps", "sftp")
DELIVERY_SECONDS = 5.0  # how long a soft reset waits for the answers to its StopTransactions


def _is_reachable(location: str) -> bool:
    try:
        parts = urlsplit(location)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.hostname)


class Upkeep:
    """The states of the two long jobs, and the reboot that some of them need."""

    def __init__(self, station: "Station") -> None:
        self._station = station
        self._firmware_job = 0
        self.firmware_status = "Idle"
        self.diagnostics_status = "Idle"

    async def reboot(self, reason: str, *, is_orderly: bool) -> None:
        """Stops transactions for a reason, goes down, and boots again.

        An orderly one lets the stops be answered before; otherwise they are replayed after the boot.
        """
        for connector in self._station.connectors.values():
            connector.presented = None
            self._station.charging.end(connector, reason)
        if is_orderly:
            outbox = self._station.outbox
            await self._station.changes.sleep(DELIVERY_SECONDS, unless=lambda: not outbox.waiting)
        await self._station.link.hold("reboot", abruptly=not is_orderly)
        self._station.registration.forget()
        self._station.say("restarts")
        await asyncio.sleep(self._station.spec.step_seconds)
        self._station.link.release("reboot")

    async def update_firmware(self, location: str, retrieve_at: datetime | None) -> None:
        """Downloads at the given time and installs when nobody charges; a newer job ends an older one."""
        self._firmware_job += 1
        job = self._firmware_job
        if retrieve_at is not None:
            await asyncio.sleep(max(0.0, (retrieve_at - now()).total_seconds()))
        if not await self._firmware_step("Downloading", job):
            return
        if not _is_reachable(location):
            await self._firmware_step("DownloadFailed", job)
            return
        await self._firmware_step("Downloaded", job)
        connectors = self._station.connectors.values()
        await self._station.changes.until(lambda: all(c.running is None for c in connectors))
        if await self._firmware_step("Installing", job):
            await self.reboot("Reboot", is_orderly=True)
            await self._station.changes.until(lambda: self._station.is_ready)
            await self._firmware_step("Installed", job)

    async def upload_diagnostics(self, location: str) -> None:
        """Reports an upload to the directory that the central system named."""
        await self._diagnostics_step("Uploading")
        await self._diagnostics_step("Uploaded" if _is_reachable(location) else "UploadFailed")

    async def report_firmware(self) -> None:
        """Tells the state of the firmware job: Idle when there is none (S 4.5)."""
        status = "Idle" if self.firmware_status == "Installed" else self.firmware_status
        await self._station.request(call.FirmwareStatusNotification(status=status))

    async def report_diagnostics(self) -> None:
        """Tells the state of the upload: Idle when there is none (S 4.4)."""
        status = "Uploading" if self.diagnostics_status == "Uploading" else "Idle"
        await self._station.request(call.DiagnosticsStatusNotification(status=status))

    async def _firmware_step(self, status: str, job: int) -> bool:
        if job != self._firmware_job:
            return False
        self.firmware_status = status
        await self._station.request(call.FirmwareStatusNotification(status=status))
        await asyncio.sleep(self._station.spec.step_seconds)
        return True

    async def _diagnostics_step(self, status: str) -> None:
        self.diagnostics_status = status
        await self._station.request(call.DiagnosticsStatusNotification(status=status))
        await asyncio.sleep(self._station.spec.step_seconds)
