"""Configuration, cards and vendor messages (S 5.3, 5.4, 5.6, 5.8, 5.10, 5.15)."""

from typing import Any

from ocpp.v16 import call_result
from ocpp.v16.enums import Action

from .base import Handlers, answers


class SettingsCommands(Handlers):
    """What the central system reads and writes in a station."""

    @answers(Action.change_configuration)
    def change_configuration(self, key: str, value: str) -> call_result.ChangeConfiguration:
        """Writes one key of the table."""
        status = self.station.configuration.change(key, value)
        self.station.changes.notify()
        return call_result.ChangeConfiguration(status=status)

    @answers(Action.get_configuration)
    def get_configuration(self, key: list[str] | None = None) -> call_result.GetConfiguration:
        """Reads the keys asked for, or all."""
        known, unknown = self.station.configuration.read(key or [])
        return call_result.GetConfiguration(configuration_key=known or None, unknown_key=unknown or None)

    @answers(Action.clear_cache)
    def clear_cache(self) -> call_result.ClearCache:
        """Forgets the cards of the cache; Rejected when the cache is switched off (E 3.23)."""
        self.station.authorization.cache.clear()
        is_on = self.station.configuration.flag("AuthorizationCacheEnabled")
        return call_result.ClearCache(status="Accepted" if is_on else "Rejected")

    @answers(Action.send_local_list)
    def send_local_list(
        self, list_version: int, update_type: str, local_authorization_list: list[dict[str, Any]] | None = None
    ) -> call_result.SendLocalList:
        """Replaces or changes the local list."""
        status = self.station.authorization.update_list(
            version=list_version, update_type=update_type, entries=local_authorization_list or []
        )
        return call_result.SendLocalList(status=status)

    @answers(Action.get_local_list_version)
    def get_local_list_version(self) -> call_result.GetLocalListVersion:
        """The version of the local list."""
        return call_result.GetLocalListVersion(list_version=self.station.authorization.list_version)

    @answers(Action.data_transfer)
    def data_transfer(
        self, vendor_id: str, message_id: str | None = None, data: str | None = None
    ) -> call_result.DataTransfer:
        """The vendor's own message Echo answers its data; nothing else is known (S 4.3)."""
        if vendor_id != self.station.spec.vendor:
            return call_result.DataTransfer(status="UnknownVendorId")
        if message_id != "Echo":
            return call_result.DataTransfer(status="UnknownMessageId")
        return call_result.DataTransfer(status="Accepted", data=data)
