"""Firmware and diagnostics (S 5.9, 5.19)."""

from functools import partial

from ocpp.v16 import call_result
from ocpp.v16.enums import Action

from ocpp_consumer.simulator.clock import now, parse_time

from .base import Handlers, answers


class UpkeepCommands(Handlers):
    """The long jobs."""

    @answers(Action.update_firmware)
    def update_firmware(
        self, location: str, retrieve_date: str, retries: int | None = None, retry_interval: int | None = None
    ) -> call_result.UpdateFirmware:
        """The answer is empty; the steps are reported as they happen. One attempt is all that is made."""
        work = partial(self.station.upkeep.update_firmware, location, parse_time(retrieve_date))
        self.afterwards("firmware update", work)
        return call_result.UpdateFirmware()

    @answers(Action.get_diagnostics)
    def get_diagnostics(
        self,
        location: str,
        retries: int | None = None,
        retry_interval: int | None = None,
        start_time: str | None = None,
        stop_time: str | None = None,
    ) -> call_result.GetDiagnostics:
        """Names the file that it is about to report as uploaded."""
        self.afterwards("diagnostics", partial(self.station.upkeep.upload_diagnostics, location))
        return call_result.GetDiagnostics(file_name=f"diagnostics-{now():%Y%m%d%H%M%S}.zip")
