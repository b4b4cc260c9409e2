"""SignedUpdateFirmware (W 5.17, L01): the same with the signature and the certificate that the station checks it by."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging import clock
from ocpp_consumer.v16.requests import addresses, subjects
from ocpp_consumer.v16.requests.certificates import pem_problems
from ocpp_consumer.v16.requests.kinds import Prepared, Withheld
from ocpp_consumer.v16.requests.update_firmware import hear
from ocpp_consumer.v16.words import zulu
from stations import files, pem
from stations.files import links
from stations.files.names import without_credentials
from stations.models import Command, FirmwareJob, Station

__all__ = ["check", "fill", "hear", "prepare"]


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """An address, times, a certificate, and a signature of at most 800 characters of base64."""
    firmware = payload["firmware"]
    yield from addresses.problems(firmware["location"])
    yield from addresses.period_problems(firmware, "retrieveDateTime", "installDateTime")
    yield from pem_problems(firmware["signingCertificate"], name="signingCertificate")
    if not pem.is_base64(firmware["signature"]):
        yield "signature is no base64."


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """A job for the address that a person has given; its key is the requestId."""
    firmware = payload["firmware"]
    job = files.mirror_firmware(
        station=station,
        location=firmware["location"],
        retrieve_at=clock.read(firmware["retrieveDateTime"]) or at,
        signed=True,
        asked_by=asked_by,
        at=at,
    )
    shown = {**firmware, "location": without_credentials(firmware["location"])}
    return Prepared({**payload, "requestId": job.pk, "firmware": shown}, subject=f"firmware:{job.pk}")


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
    firmware["location"] = job.location or links.firmware_link(job, at=at)
    return {**command.payload, "requestId": job.pk, "firmware": firmware}
