"""SignedUpdateFirmware (W 5.17, L01): the same with the signature and the certificate that the station checks it by."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging import clock
from drivepower.core.sentences import sentence
from ocpp_consumer.masking import mask_words
from ocpp_consumer.v16.requests import addresses, subjects
from ocpp_consumer.v16.requests.certificates import pem_problems
from ocpp_consumer.v16.requests.kinds import Prepared, Withheld
from ocpp_consumer.v16.requests.update_firmware import BOTH, NOT_HERE, hear
from ocpp_consumer.v16.words import zulu
from stations import files, pem
from stations.files import links
from stations.models import Command, FirmwareJob, Station

__all__ = ["FILLED", "check", "fill", "forbid", "hear", "prepare"]

# What an image of ours says itself.
FILLED = ("location", "retrieveDateTime", "signature", "signingCertificate")


def forbid(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """Without an image, everything is needed; with one, it must be here and its signature hold."""
    if "image" not in payload:
        firmware = payload.get("firmware")
        said = firmware if isinstance(firmware, dict) else {}
        yield from (sentence("%(where)s is missing.", where=f"firmware.{name}") for name in FILLED if name not in said)
    elif (image := files.find_image(payload["image"])) is None:
        yield NOT_HERE
    elif problem := files.signature_problem(image):
        yield problem


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """An address, times, a certificate, and a signature of at most 800 characters of base64."""
    firmware = payload.get("firmware", {})
    yield from addresses.period_problems(firmware, "retrieveDateTime", "installDateTime")
    if "image" in payload:
        if firmware.keys() & {"location", "signature", "signingCertificate"}:
            yield BOTH
        return
    yield from addresses.problems(firmware["location"])
    yield from pem_problems(firmware["signingCertificate"], name="signingCertificate")
    if not pem.is_base64(firmware["signature"]):
        yield sentence("signature is no base64.")


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """A job for our image, or for the address that a person has given; its key is the requestId."""
    firmware = payload.get("firmware", {})
    image = files.find_image(payload["image"]) if "image" in payload else None
    job = files.mirror_firmware(
        station=station,
        image=image,
        location="" if image else mask_words(firmware["location"]),
        retrieve_at=clock.read(firmware.get("retrieveDateTime")) or at,
        signed=True,
        asked_by=asked_by,
        at=at,
    )
    said = {name: value for name, value in payload.items() if name != "image"}
    return Prepared({**said, "requestId": job.pk, "firmware": firmware}, subject=f"firmware:{job.pk}")


def fill(command: Command, *, at: datetime) -> dict[str, Any]:
    """With the address, and for an image of ours with its signature, which is checked once more before it goes out."""
    job = FirmwareJob.objects.select_related("image").filter(pk=subjects.key_of(command, "firmware")).first()
    if job is None:
        return dict(command.payload)
    FirmwareJob.objects.filter(pk=job.pk).update(command=command)
    firmware = {"retrieveDateTime": zulu(job.retrieve_at), **command.payload.get("firmware", {})}
    if job.image:
        if files.signature_problem(job.image):
            raise Withheld("firmware_not_signed")
        firmware["signingCertificate"] = pem.lines(job.image.signing_certificate)
        firmware["signature"] = "".join(job.image.signature.split())
        firmware["location"] = links.firmware_link(job, at=at)
    return {**command.payload, "requestId": job.pk, "firmware": firmware}
