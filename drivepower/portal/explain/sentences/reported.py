"""What stations report of updates, uploads and their own security, in plain words.

Statuses of OCPP 1.6, and of its security whitepaper for signed firmware, logs and events.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FIRMWARE: "dict[str, _StrPromise]" = {
    "DownloadFailed": _("it could not fetch it"),
    "DownloadPaused": _("it paused the download"),
    "DownloadScheduled": _("it will fetch it later"),
    "Downloaded": _("it has fetched it"),
    "Downloading": _("it is fetching it"),
    "Idle": _("it has nothing to do"),
    "InstallRebooting": _("it restarts to install it"),
    "InstallScheduled": _("it will install it later"),
    "InstallVerificationFailed": _("the installed version did not pass its check"),
    "InstallationFailed": _("it could not install it"),
    "Installed": _("it is installed"),
    "Installing": _("it is installing it"),
    "InvalidSignature": _("its signature is not valid, so it is not installed"),
    "SignatureVerified": _("its signature is valid"),
}
UPLOADS: "dict[str, _StrPromise]" = {
    "BadMessage": _("it could not read what it was asked"),
    "Idle": _("it has nothing to do"),
    "NotSupportedOperation": _("it cannot upload in that way"),
    "PermissionDenied": _("the place that it uploads to refused it"),
    "UploadFailed": _("it could not upload them"),
    "UploadFailure": _("it could not upload them"),
    "Uploaded": _("it has uploaded them"),
    "Uploading": _("it is uploading them"),
}
SECURITY: "dict[str, _StrPromise]" = {
    "AttemptedReplayAttacks": _("somebody sent it old messages again, perhaps to attack it"),
    "CentralSystemFailedToAuthenticate": _("we could not prove to it who we are"),
    "FailedToAuthenticateAtCentralSystem": _("it could not prove to us who it is"),
    "FirmwareUpdated": _("its firmware was updated"),
    "InvalidCentralSystemCertificate": _("our certificate is not valid for it"),
    "InvalidChargePointCertificate": _("the certificate that it was given is not valid"),
    "InvalidFirmwareSignature": _("the signature of a firmware is not valid"),
    "InvalidFirmwareSigningCertificate": _("the certificate that signed a firmware is not valid"),
    "InvalidMessages": _("it got messages that are not valid"),
    "InvalidTLSCipherSuite": _("only weak TLS ciphers were offered to it"),
    "InvalidTLSVersion": _("only an old version of TLS was offered to it"),
    "MemoryExhaustion": _("its memory is full"),
    "ReconfigurationOfSecurityParameters": _("its security settings were changed"),
    "ResetOrReboot": _("it restarted or was reset"),
    "SecurityLogWasCleared": _("its security log was cleared"),
    "SettingSystemTime": _("its clock was set"),
    "StartupOfTheDevice": _("it has started"),
    "TamperDetectionActivated": _("somebody opened it or tampered with it"),
}
