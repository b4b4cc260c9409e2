"""Files that stations have sent: counted, moved to their place under a name of ours, and taken away again."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from drivepower.core import alerts
from stations.files.links import diagnostics_job
from stations.files.names import plain
from stations.models import DiagnosticsJob, Upload

# A station may try again, and send more than one file.
MOST_PER_JOB = 5
# What was begun and never came to its end is taken away after this time.
PARTIAL_LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Came:
    """A whole file that lies among the partial ones."""

    name: str
    path: Path
    size: int
    sha256: str


@dataclass(frozen=True)
class Welcome:
    """A job that still takes files, and how many bytes there is room for."""

    job_id: int
    has_turns: bool
    room: int


def partial_file() -> Path:
    """A new place for a file that is on its way."""
    folder = Path(settings.MEDIA_ROOT) / "partial"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / secrets.token_hex(16)


def welcome(*, folder: str, token: str, at: datetime) -> Welcome | None:
    """What this link may send now; None for a link that is no more or never was, or belongs to another folder."""
    job = diagnostics_job(token, at=at)
    if job is None or (folder == "diagnostics") != (job.kind == DiagnosticsJob.Kind.DIAGNOSTICS):
        return None
    return Welcome(job.pk, has_turns=job.uploads.count() < MOST_PER_JOB, room=_room(at=at))


@transaction.atomic
def keep(*, job_id: int, came: Came, at: datetime) -> Upload | None:
    """Move a file to its place and note it; None where the job has its fill."""
    job = DiagnosticsJob.objects.select_for_update().get(pk=job_id)
    if job.uploads.count() >= MOST_PER_JOB:
        return None
    place = f"uploads/{at:%Y/%m/%d}/{secrets.token_hex(16)}"
    upload = Upload.objects.create(
        job=job, name=plain(came.name), file=place, size=came.size, sha256=came.sha256, received_at=at
    )
    final = Path(settings.MEDIA_ROOT) / place
    final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.replace(came.path, final)
    return upload


def discard(upload: Upload) -> None:
    """Take a file away for good, so that there is room for others."""
    place = Path(upload.file.path)
    upload.delete()
    transaction.on_commit(lambda: place.unlink(missing_ok=True))


def clear_partial(*, at: datetime) -> int:
    """Take away what lies half sent since long ago; how many files that were."""
    old = (at - PARTIAL_LASTS).timestamp()
    folder = Path(settings.MEDIA_ROOT) / "partial"
    left = [file for file in folder.glob("*") if file.stat().st_mtime < old] if folder.is_dir() else []
    for file in left:
        file.unlink(missing_ok=True)
    return len(left)


def watch_room(*, at: datetime) -> None:
    """The alert of a full store ends when there is room again."""
    if _room(at=at) > settings.FILE_UPLOAD_MAX_BYTES:
        alerts.resolve_alert(kind="files_full", subject="uploads", at=at)


def _room(*, at: datetime) -> int:
    held: int = Upload.objects.aggregate(held=Sum("size"))["held"] or 0
    room = settings.FILE_STORE_MAX_BYTES - held
    if room <= 0:
        text = f"Stations' files fill the {settings.FILE_STORE_MAX_BYTES} bytes of FILE_STORE_MAX_BYTES: delete some."
        alerts.open_alert(kind="files_full", subject="uploads", text=text, at=at)
    return max(0, room)
