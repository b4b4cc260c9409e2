"""Verbs for those who do not think in OCPP, and the request of 1.6 that each of them is."""

from collections.abc import Mapping
from typing import Any

VERBS: dict[str, tuple[str, dict[str, Any]]] = {
    "restart": ("Reset", {"type": "Soft"}),
    "restart_at_once": ("Reset", {"type": "Hard"}),
    "make_available": ("ChangeAvailability", {"connectorId": 0, "type": "Operative"}),
    "make_unavailable": ("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}),
    "unlock": ("UnlockConnector", {}),
    "clear_cache": ("ClearCache", {}),
    "ask_status": ("TriggerMessage", {"requestedMessage": "StatusNotification"}),
    "ask_heartbeat": ("TriggerMessage", {"requestedMessage": "Heartbeat"}),
    "ask_boot": ("TriggerMessage", {"requestedMessage": "BootNotification"}),
    "ask_meter": ("TriggerMessage", {"requestedMessage": "MeterValues"}),
    "read_configuration": ("GetConfiguration", {}),
    "ask_list_version": ("GetLocalListVersion", {}),
    "send_diagnostics": ("GetDiagnostics", {}),
}


def request_of(action: str, payload: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A verb with its fields as a request of OCPP 1.6; what is no verb stays as it is."""
    named, fields = VERBS.get(action, (action, {}))
    return named, {**fields, **payload}
