"""The security whitepaper's messages in words; certificates themselves are not read."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ocpp_consumer.v16.decoded.parts import (
    Payload,
    Said,
    entries,
    entry,
    labelled,
    moment,
    nothing,
    status,
    text,
    texts,
)


def of_kind(said: Payload, zone: ZoneInfo) -> list[str]:
    """Which kind of certificates."""
    return texts(said, "certificateType")


def delete(said: Payload, zone: ZoneInfo) -> list[str]:
    """Which one."""
    return labelled(entry(said, "certificateHashData"), serialNumber=_("serial number"))


def installed(said: Payload, zone: ZoneInfo) -> list[str]:
    """How many there are."""
    count = len(entries(said, "certificateHashData"))
    return [*status(said, zone), _("certificates: %(count)s") % {"count": count}]


def log(said: Payload, zone: ZoneInfo) -> list[str]:
    """Which log, where to, and for which job."""
    place = text(entry(said, "log"), "remoteLocation")
    return [*texts(said, "logType"), place, *labelled(said, requestId=_("job"))]


def logged(said: Payload, zone: ZoneInfo) -> list[str]:
    """The verdict, and what it is called."""
    return texts(said, "status", "filename")


def firmware(said: Payload, zone: ZoneInfo) -> list[str]:
    """From where, when, and for which job."""
    image = entry(said, "firmware")
    return [text(image, "location"), moment(image, "retrieveDateTime", zone), *labelled(said, requestId=_("job"))]


CALLS: Mapping[str, Said] = {
    "CertificateSigned": nothing,
    "DeleteCertificate": delete,
    "GetInstalledCertificateIds": of_kind,
    "GetLog": log,
    "InstallCertificate": of_kind,
    "SignCertificate": nothing,
    "SignedUpdateFirmware": firmware,
}
ANSWERS: Mapping[str, Said] = {
    "CertificateSigned": status,
    "DeleteCertificate": status,
    "GetInstalledCertificateIds": installed,
    "GetLog": logged,
    "InstallCertificate": status,
    "SignCertificate": status,
    "SignedUpdateFirmware": status,
}
