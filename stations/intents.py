"""What is asked of stations, in the reader's words."""

from django.utils.translation import gettext_lazy

# What our own intents are called; any other is an OCPP action, which has a name already.
INTENTS = {
    "start_charging": gettext_lazy("Start charging"),
    "stop_charging": gettext_lazy("Stop charging"),
    "set_configuration": gettext_lazy("Set a configuration key"),
    "read_configuration": gettext_lazy("Read configuration keys"),
    "trigger": gettext_lazy("Ask for a message"),
    "reserve": gettext_lazy("Reserve a connector"),
    "cancel_reservation": gettext_lazy("Cancel a reservation"),
    "ask_list_version": gettext_lazy("Ask for its list's version"),
    "send_local_list": gettext_lazy("Send a local list"),
    "set_charging_profile": gettext_lazy("Set a charging profile"),
    "clear_charging_profile": gettext_lazy("Clear charging profiles"),
    "rotate_key": gettext_lazy("Send a new key"),
    "update_firmware": gettext_lazy("Update its firmware"),
    "update_firmware_signed": gettext_lazy("Update its firmware, signed"),
    "request_certificate": gettext_lazy("Ask it to request a certificate"),
    "sign_certificate_answer": gettext_lazy("Send a signed certificate"),
    "install_certificate": gettext_lazy("Install a certificate"),
    "list_certificates": gettext_lazy("Ask for its certificates"),
    "delete_certificate": gettext_lazy("Delete a certificate"),
}


def intent(name: str) -> str:
    """What was asked of a station, in words."""
    return str(INTENTS.get(name, name))
