"""Updates of firmware: asked for, answered, and what stations say while they go on (S 4.5, 5.19; W L01)."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Concat

from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from stations import pem
from stations.files import reasons
from stations.files.jobs import IDLE, OPEN, fail, go_on, meant, objection, replace_older, send
from stations.models import Command, FirmwareImage, FirmwareJob, JobState, Station

MEANINGS = {
    "Installed": JobState.DONE,
    "DownloadFailed": JobState.FAILED,
    "InstallationFailed": JobState.FAILED,
    "InstallVerificationFailed": JobState.FAILED,
    "InvalidSignature": JobState.FAILED,
}
ADVICE = {
    (False, "NotSupported"): reasons.SIGNED_ONLY,
    (False, "NotImplemented"): reasons.NO_FIRMWARE,
    (True, "NotSupported"): reasons.UNSIGNED_ONLY,
    (True, "NotImplemented"): reasons.UNSIGNED_ONLY,
}


def ask_firmware_update(
    *,
    stations: Iterable[Station],
    image: FirmwareImage,
    retrieve_at: datetime,
    signed: bool = False,
    asked_by: str,
    at: datetime,
) -> list[FirmwareJob]:
    """Have stations update themselves with an image over a link from here.

    Refusal firmware_not_signed: a signed update needs an image whose signature holds.
    """
    if signed and (problem := signature_problem(image)):
        raise Refusal("firmware_not_signed", problem)
    asked = partial(
        mirror_firmware,
        image=image,
        retrieve_at=retrieve_at,
        signed=signed,
        asked_by=asked_by,
        at=at,
    )
    with transaction.atomic():
        return [_send(asked(station=station), at=at) for station in stations]


def mirror_firmware(
    *,
    station: Station,
    image: FirmwareImage | None = None,
    location: str = "",
    retrieve_at: datetime,
    signed: bool,
    asked_by: str,
    at: datetime,
) -> FirmwareJob:
    """The row of an update that is about to be asked for."""
    return FirmwareJob.objects.create(
        station=station,
        image=image,
        location=location[:512],
        retrieve_at=retrieve_at,
        is_signed=signed,
        asked_by=asked_by,
        asked_at=at,
        changed_at=at,
    )


def find_image(named: Any) -> FirmwareImage | None:
    """The image of that number, or the newest of that name and version."""
    if str(named).isdecimal():
        return FirmwareImage.objects.filter(pk=int(str(named)[:18])).first()
    full = Concat("name", Value(" "), "version", output_field=CharField())
    return FirmwareImage.objects.alias(full=full).filter(full=str(named)).first()


def signature_problem(image: FirmwareImage | None) -> str:
    """Why the image cannot go out as a signed one; empty if it can."""
    if image is None or not image.signature or not image.signing_certificate:
        return sentence(
            "A signed update needs an image with its signature and the certificate that it was signed with."
        )
    try:
        certificate = pem.read_chain(image.signing_certificate)[0]
    except ValueError:
        return sentence("The signing certificate is no certificate in PEM.")
    if not pem.signature_holds(certificate, signature=image.signature, sha256=image.sha256):
        return sentence(
            "The signature is not that of the signing certificate over this file (SHA-256 with RSA PKCS#1 or ECDSA)."
        )
    return ""


def note_firmware_answer(*, job_id: int, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """What the station answered; silence keeps the job open, because the request may have arrived."""
    job = FirmwareJob.objects.select_related("station").filter(pk=job_id, state__in=OPEN).first()
    if job is None or state == Command.State.TIMED_OUT:
        return
    said = objection(state, answer)
    if not said:
        replace_older(job, at=at)
        return
    advice = ADVICE.get((job.is_signed, said))
    why = sentence(advice) if advice else sentence(reasons.NOT_BEGUN, said=said)
    fail(job, reason=why, status=said, at=at)


def note_firmware_status(
    *, station_id: int, status: str, at: datetime, signed: bool = False, job_id: int | None = None
) -> None:
    """How an update goes: the one that is named, else the newest of its kind, else the newest of any."""
    if status == IDLE:
        return
    jobs = FirmwareJob.objects.filter(station=station_id)
    if job := meant(jobs, jobs.filter(is_signed=signed), job_id=job_id):
        go_on(job, status=status, meanings=MEANINGS, at=at)


def _send(job: FirmwareJob, *, at: datetime) -> FirmwareJob:
    send(job, intent="update_firmware_signed" if job.is_signed else "update_firmware", kind="firmware", at=at)
    return job
