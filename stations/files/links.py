"""Links that let a station fetch one file or send some: random, kept as a hash, and good for a while only."""

import secrets
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.db import models

from drivepower.core.keys import hash_key
from stations.files.names import plain
from stations.models import DiagnosticsJob, FirmwareImage, FirmwareJob, Upload

# Every token begins so, and frames are masked by it: nobody else writes this before so many hexadecimal digits.
SIGN = "lnk"
# A person's link follows a click at once.
PERSON_SECONDS = 60
SALT = "stations.files"
Job = TypeVar("Job", FirmwareJob, DiagnosticsJob)


def firmware_link(job: FirmwareJob, *, at: datetime) -> str:
    """A new address that gives the job's image, good until some hours after it may be fetched; the one before ends."""
    token = _open(job, until=max(at, job.retrieve_at))
    name = plain(shown_name(job.image) if job.image else "")
    return f"{settings.PUBLIC_URL}/files/firmware/{token}/{quote(name)}"


def upload_link(job: DiagnosticsJob, *, at: datetime) -> str:
    """A new address that is a directory for the job's files (S 5.9); the one before ends."""
    folder = "diagnostics" if job.kind == DiagnosticsJob.Kind.DIAGNOSTICS else "logs"
    return f"{settings.PUBLIC_URL}/files/{folder}/{_open(job, until=at)}/"


def firmware_job(token: str, *, at: datetime) -> FirmwareJob | None:
    """The job whose link this is, if the link is still good."""
    return _find(FirmwareJob.objects.select_related("image").exclude(image=None), token, at=at)


def diagnostics_job(token: str, *, at: datetime) -> DiagnosticsJob | None:
    """The job that this link takes files for, if it is still good."""
    return _find(DiagnosticsJob.objects.select_related("station"), token, at=at)


def person_link(row: Upload | FirmwareImage) -> str:
    """An address, without the host, from which a person may save the file within a minute."""
    said = signing.dumps({"model": row._meta.model_name, "pk": row.pk}, salt=SALT)
    return f"/files/saved/{said}/{quote(plain(shown_name(row)))}"


def saved_file(said: str) -> Upload | FirmwareImage | None:
    """The file that a person's link names, if it is still good."""
    try:
        named = signing.loads(said, salt=SALT, max_age=PERSON_SECONDS)
    except signing.BadSignature:
        return None
    if named["model"] == Upload._meta.model_name:
        return Upload.objects.filter(pk=named["pk"]).first()
    return FirmwareImage.objects.filter(pk=named["pk"]).first()


def shown_name(row: Upload | FirmwareImage) -> str:
    """What the file was called where it came from."""
    return row.name if isinstance(row, Upload) else str(row.file.name)


def _open(job: FirmwareJob | DiagnosticsJob, *, until: datetime) -> str:
    token = SIGN + secrets.token_hex(24)
    expires_at = until + timedelta(hours=settings.FILE_LINK_HOURS)
    type(job).objects.filter(pk=job.pk).update(token_hash=hash_key(token.encode()), expires_at=expires_at)
    return token


def _find(jobs: "models.QuerySet[Job]", token: str, *, at: datetime) -> Job | None:
    return jobs.filter(token_hash=hash_key(token.encode("utf-8", "replace")), expires_at__gt=at).first()
