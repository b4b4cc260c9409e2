"""What stations report of themselves, in words."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ocpp_consumer.v16.decoded.parts import (
    Payload,
    Said,
    connector,
    labelled,
    moment,
    seconds,
    status,
    text,
    texts,
)

NO_ERROR = "NoError"


def boot(said: Payload, zone: ZoneInfo) -> list[str]:
    """What it is."""
    hardware = " ".join(texts(said, "chargePointVendor", "chargePointModel"))
    serial = text(said, "chargePointSerialNumber") or text(said, "chargeBoxSerialNumber")
    number = _("serial %(number)s") % {"number": serial} if serial else ""
    return [hardware, number, *labelled(said, firmwareVersion=_("firmware"))]


def booted(said: Payload, zone: ZoneInfo) -> list[str]:
    """Whether it may work, the time it was told, and how often it is to speak."""
    every = seconds(said, "interval")
    heartbeat = _("heartbeat every %(span)s") % {"span": every} if every else ""
    return [*status(said, zone), moment(said, "currentTime", zone), heartbeat]


def beaten(said: Payload, zone: ZoneInfo) -> list[str]:
    """The time it was told."""
    return [moment(said, "currentTime", zone)]


def state(said: Payload, zone: ZoneInfo) -> list[str]:
    """How a connector is, and what is wrong with it: `connector 2 Faulted, GroundFailure, vendor E17`."""
    code = text(said, "errorCode")
    place = " ".join(filter(None, [connector(said), text(said, "status")]))
    vendor = " ".join(texts(said, "vendorId", "vendorErrorCode"))
    by_vendor = _("vendor %(code)s") % {"code": vendor} if vendor else ""
    at = moment(said, "timestamp", zone)
    return [place, "" if code == NO_ERROR else code, by_vendor, text(said, "info"), at]


def transfer(said: Payload, zone: ZoneInfo) -> list[str]:
    """Whose, what, and the words themselves."""
    return texts(said, "vendorId", "messageId", "data")


def transferred(said: Payload, zone: ZoneInfo) -> list[str]:
    """The verdict, and what came back."""
    return texts(said, "status", "data")


def event(said: Payload, zone: ZoneInfo) -> list[str]:
    """What happened to its security."""
    return [*texts(said, "type", "techInfo"), moment(said, "timestamp", zone)]


def job(said: Payload, zone: ZoneInfo) -> list[str]:
    """How far a file's job is."""
    return [*status(said, zone), *labelled(said, requestId=_("job"))]


CALLS: Mapping[str, Said] = {
    "BootNotification": boot,
    "DataTransfer": transfer,
    "DiagnosticsStatusNotification": job,
    "FirmwareStatusNotification": job,
    "Heartbeat": lambda said, zone: [],
    "LogStatusNotification": job,
    "SecurityEventNotification": event,
    "SignedFirmwareStatusNotification": job,
    "StatusNotification": state,
}
ANSWERS: Mapping[str, Said] = {"BootNotification": booted, "DataTransfer": transferred, "Heartbeat": beaten}
