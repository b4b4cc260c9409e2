"""The words of OCPP 1.6 in plain language: error codes (7.6), statuses (7.7), answers; stop reasons are charging's."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from charging.stop_words import STOP_REASONS, reason, said

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

__all__ = ["ANSWERS", "ERRORS", "NO_ERROR", "STATUSES", "STOP_REASONS", "TAGS", "WORTHY", "reason", "said"]

NO_ERROR = "NoError"
ERRORS: "dict[str, _StrPromise]" = {
    "ConnectorLockFailure": _("the plug cannot be locked or unlocked"),
    "EVCommunicationError": _("the station and the car do not understand each other"),
    "GroundFailure": _("the ground fault protection has tripped"),
    "HighTemperature": _("it is too hot inside"),
    "InternalError": _("an error inside the station"),
    "LocalListConflict": _("its local list conflicts with ours"),
    "OtherError": _("another error, which the maker's code names"),
    "OverCurrentFailure": _("more current than allowed"),
    "OverVoltage": _("the voltage is too high"),
    "PowerMeterFailure": _("the energy meter cannot be read"),
    "PowerSwitchFailure": _("the contactor does not switch"),
    "ReaderFailure": _("the card reader does not work"),
    "ResetFailure": _("it could not restart"),
    "UnderVoltage": _("the voltage is too low"),
    "WeakSignal": _("the mobile signal is weak"),
}
STATUSES: "dict[str, _StrPromise]" = {
    "Available": _("is free"),
    "Preparing": _("prepares: a cable is in or a card was shown"),
    "Charging": _("is charging"),
    "SuspendedEV": _("waits: the car takes no power"),
    "SuspendedEVSE": _("waits: the station gives no power"),
    "Finishing": _("has finished, and the cable is still in"),
    "Reserved": _("is kept for somebody"),
    "Unavailable": _("is out of operation"),
    "Faulted": _("is faulted"),
}
ANSWERS: "dict[str, _StrPromise]" = {
    "Accepted": _("it accepted"),
    "Rejected": _("it refused"),
    "Occupied": _("it says that the connector is occupied"),
    "Faulted": _("it says that it is faulted"),
    "Unavailable": _("it says that it is out of operation"),
    "Scheduled": _("it will do it later"),
    "NotSupported": _("it cannot do that"),
    "NotImplemented": _("it does not know that message"),
    "UnlockFailed": _("the plug did not unlock"),
    "disconnected": _("the connection ended before it answered"),
    "station_not_accepted": _("we have not admitted the station yet"),
    "station_contested": _("two devices fight for the station's identity"),
    "database_away": _("our own database could not be reached"),
    "malformed_command": _("no message can be made of what was asked"),
}
TAGS: "dict[str, _StrPromise]" = {
    "Accepted": _("we let it charge"),
    "Blocked": _("we refused: it or its owner is blocked or owes money, or may not charge here now"),
    "Expired": _("we refused: it has expired"),
    "Invalid": _("we refused: nobody knows it"),
    "ConcurrentTx": _("we refused: it charges elsewhere already"),
}
# What a station says of itself that is worth a person's hurry.
WORTHY = ("Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Unavailable", "Faulted")
