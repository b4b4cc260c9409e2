"""Remote control: start, stop, unlock, reset, availability (S 5.2, 5.11, 5.12, 5.14, 5.18) and triggers (S 5.17)."""

from functools import partial
from typing import Any

from ocpp.v16 import call, call_result
from ocpp.v16.enums import Action

from ocpp_consumer.simulator.clock import now
from ocpp_consumer.simulator.connector import Connector
from ocpp_consumer.simulator.profile import Profile

from .base import Handlers, answers


class RemoteCommands(Handlers):
    """What an operator or a driver's app does from afar."""

    @answers(Action.remote_start_transaction)
    def remote_start(
        self, id_tag: str, connector_id: int | None = None, charging_profile: dict[str, Any] | None = None
    ) -> call_result.RemoteStartTransaction:
        """Accepted when a connector is free for this card; the start follows."""
        connector = self._free_connector(connector_id, id_tag)
        profile = None
        try:
            if charging_profile is not None:
                profile = Profile.read(charging_profile, received_at=now())
        except ValueError:
            connector = None
        if profile is not None and profile.purpose != "TxProfile":
            connector = None
        if connector is None or not self.station.registration.is_accepted:
            return call_result.RemoteStartTransaction(status="Rejected")
        start = partial(self.station.drivers.start_remotely, connector, id_tag, profile)
        self.afterwards("remote start", start)
        return call_result.RemoteStartTransaction(status="Accepted")

    @answers(Action.remote_stop_transaction)
    def remote_stop(self, transaction_id: int) -> call_result.RemoteStopTransaction:
        """Accepted when the transaction runs here; the stop follows."""
        for connector in self.station.connectors.values():
            running = connector.running
            if running is not None and running.id == transaction_id and self.station.registration.is_accepted:
                self.afterwards("remote stop", partial(self._stop, connector, "Remote"))
                return call_result.RemoteStopTransaction(status="Accepted")
        return call_result.RemoteStopTransaction(status="Rejected")

    @answers(Action.unlock_connector)
    def unlock(self, connector_id: int) -> call_result.UnlockConnector:
        """Releases the cable; a running transaction ends with it."""
        connector = self.station.connectors.get(connector_id)
        if connector is None:
            return call_result.UnlockConnector(status="NotSupported")
        self.afterwards("unlock", partial(self._unlock, connector))
        return call_result.UnlockConnector(status="Unlocked")

    @answers(Action.reset)
    def reset(self, type: str) -> call_result.Reset:
        """Always accepted; a soft one is orderly, a hard one is not."""
        is_soft = type == "Soft"
        reason = "SoftReset" if is_soft else "HardReset"
        self.afterwards("reset", partial(self.station.upkeep.reboot, reason, is_orderly=is_soft))
        return call_result.Reset(status="Accepted")

    @answers(Action.change_availability)
    def change_availability(self, connector_id: int, type: str) -> call_result.ChangeAvailability:
        """Accepted, or Scheduled for the end of a running transaction; 0 means every connector."""
        every = list(self.station.connectors.values())
        meant = every if connector_id == 0 else [c for c in every if c.number == connector_id]
        if not meant:
            return call_result.ChangeAvailability(status="Rejected")
        is_operative = type == "Operative"
        if connector_id == 0:
            self.station.is_operative = is_operative
        for connector in meant:
            self._set_available(connector, is_operative)
        self.afterwards("availability", self._look)
        is_scheduled = any(connector.is_out_after_transaction for connector in meant)
        return call_result.ChangeAvailability(status="Scheduled" if is_scheduled else "Accepted")

    @answers(Action.trigger_message)
    def trigger(self, requested_message: str, connector_id: int | None = None) -> call_result.TriggerMessage:
        """Accepted for the six messages of 1.6; the message follows."""
        if connector_id is not None and connector_id not in (0, *self.station.connectors):
            return call_result.TriggerMessage(status="Rejected")
        self.afterwards("trigger", partial(self._send, requested_message, connector_id))
        return call_result.TriggerMessage(status="Accepted")

    def _free_connector(self, connector_id: int | None, id_tag: str) -> Connector | None:
        for connector in self.station.connectors.values():
            is_meant = connector_id in (None, connector.number)
            if is_meant and connector.is_free and self.station.reservations.admits(connector, id_tag, None)[0]:
                return connector
        return None

    def _set_available(self, connector: Connector, is_operative: bool) -> None:
        connector.is_out_after_transaction = not is_operative and connector.running is not None
        if not connector.is_out_after_transaction:
            connector.is_operative = is_operative
        if not connector.is_operative:
            connector.presented = connector.reservation = None

    async def _look(self) -> None:
        self.station.statuses.look()

    async def _stop(self, connector: Connector, reason: str) -> None:
        self.station.charging.end(connector, reason)

    async def _unlock(self, connector: Connector) -> None:
        self.station.charging.end(connector, "UnlockCommand")
        if connector.battery is not None:
            self.station.drivers.unplug(connector)

    async def _send(self, message: str, connector_id: int | None) -> None:
        station = self.station
        match message:
            case "BootNotification":
                station.registration.boot_soon()
            case "Heartbeat":
                await station.request(call.Heartbeat())
            case "StatusNotification":
                station.statuses.report(connector_id=connector_id)
            case "FirmwareStatusNotification":
                await station.upkeep.report_firmware()
            case "DiagnosticsStatusNotification":
                await station.upkeep.report_diagnostics()
            case _:
                for connector in list(station.connectors.values()):
                    if connector_id in (None, 0, connector.number):
                        await station.metering.read(connector, key="MeterValuesSampledData", context="Trigger")
