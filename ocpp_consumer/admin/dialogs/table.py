"""The table of dialogs: one for each request, in groups of what people want."""

from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from ocpp_consumer.admin.dialogs import daily, files, profiles, settings
from ocpp_consumer.admin.dialogs.base import RequestForm
from ocpp_consumer.admin.dialogs.raw import Raw

RAW = "raw"


class Group(StrEnum):
    """What a request is about."""

    CHARGING = "charging"
    STATION = "station"
    SETTINGS = "settings"
    PROFILES = "profiles"
    FILES = "files"
    SECURITY = "security"
    EXPERT = "expert"


GROUPS: dict[str, Any] = {
    Group.CHARGING: _("Charging"),
    Group.STATION: _("Station"),
    Group.SETTINGS: _("Configuration and lists"),
    Group.PROFILES: _("Charging profiles"),
    Group.FILES: _("Firmware and diagnostics"),
    Group.SECURITY: _("Certificates"),
    Group.EXPERT: _("For experts"),
}


class Dialog(NamedTuple):
    """A request as people ask for it."""

    title: Any
    form: type[RequestForm]
    group: Group


DIALOGS: dict[str, Dialog] = {
    "RemoteStartTransaction": Dialog(_("Start a charge"), daily.RemoteStart, Group.CHARGING),
    "RemoteStopTransaction": Dialog(_("Stop a charge"), daily.RemoteStop, Group.CHARGING),
    "UnlockConnector": Dialog(_("Unlock a connector"), daily.Unlock, Group.CHARGING),
    "ReserveNow": Dialog(_("Reserve a connector"), settings.ReserveNow, Group.CHARGING),
    "CancelReservation": Dialog(_("Cancel a reservation"), settings.CancelReservation, Group.CHARGING),
    "Reset": Dialog(_("Restart the station"), daily.Reset, Group.STATION),
    "ChangeAvailability": Dialog(_("Put in or out of operation"), daily.ChangeAvailability, Group.STATION),
    "TriggerMessage": Dialog(_("Ask for a message"), daily.Trigger, Group.STATION),
    "ExtendedTriggerMessage": Dialog(_("Ask for a message, extended"), daily.ExtendedTrigger, Group.STATION),
    "ClearCache": Dialog(_("Clear its cache of cards"), daily.ClearCache, Group.STATION),
    "GetConfiguration": Dialog(_("Read configuration keys"), settings.GetConfiguration, Group.SETTINGS),
    "ChangeConfiguration": Dialog(_("Set a configuration key"), settings.ChangeConfiguration, Group.SETTINGS),
    "GetLocalListVersion": Dialog(_("Ask for its list's version"), settings.Nothing, Group.SETTINGS),
    "SendLocalList": Dialog(_("Send a local list"), settings.SendLocalList, Group.SETTINGS),
    "SetChargingProfile": Dialog(_("Set a charging profile"), profiles.SetProfile, Group.PROFILES),
    "ClearChargingProfile": Dialog(_("Clear charging profiles"), profiles.ClearProfile, Group.PROFILES),
    "GetCompositeSchedule": Dialog(_("Ask for its schedule"), profiles.CompositeSchedule, Group.PROFILES),
    "UpdateFirmware": Dialog(_("Update its firmware"), files.UpdateFirmware, Group.FILES),
    "SignedUpdateFirmware": Dialog(_("Update its firmware, signed"), files.SignedUpdate, Group.FILES),
    "GetDiagnostics": Dialog(_("Ask for diagnostics"), files.Diagnostics, Group.FILES),
    "GetLog": Dialog(_("Ask for a log"), files.GetLog, Group.FILES),
    "GetInstalledCertificateIds": Dialog(_("List its certificates"), files.CertificateIds, Group.SECURITY),
    "InstallCertificate": Dialog(_("Install a root certificate"), files.InstallCertificate, Group.SECURITY),
    "DeleteCertificate": Dialog(_("Delete a certificate"), files.DeleteCertificate, Group.SECURITY),
    "CertificateSigned": Dialog(_("Send a signed certificate"), files.CertificateSigned, Group.SECURITY),
    "DataTransfer": Dialog(_("Send vendor data"), daily.DataTransfer, Group.EXPERT),
    RAW: Dialog(_("Send any request as JSON"), Raw, Group.EXPERT),
}
