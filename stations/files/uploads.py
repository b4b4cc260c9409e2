"""Files that stations have sent: counted, moved to their place under a name of ours, and taken away again."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Sum

from drivepower.core import alerts
from drivepower.core.sentences import sentence
from stations.files.links import diagnostics_job
from stations.files.names import plain
from stations.models import DiagnosticsJob, Upload

# A station may try again, and send more than one file.
MOST_PER_JOB = 5
# What was begun and never came to its end is taken away after this time.
PARTIAL_LASTS = timedelta(days=1)
# Files are kept one request after the other, so that two do not take the same room; the number is this store's own.
TAKE_TURNS = "SELECT pg_advisory_xact_lock(160109)"


class TooMany(Exception):
    """The job has its fill, or would have more than that."""


class NoRoom(Exception):
    """The store was filled by others while this file came."""


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


def keep(*, job_id: int, came: Sequence[Came], at: datetime) -> list[Upload]:
    """Move the files of one request to their places and note them, all or none.

    Raises TooMany where the job takes fewer, NoRoom where the store has filled up while they came.
    """
    moved: list[Path] = []
    try:
        with transaction.atomic():
            return _keep(job_id, came, moved, at=at)
    except (OperationalError, InterfaceError):
        raise  # the connection may have ended behind a commit that went well: rows without files are worse
    except BaseException:
        # No row stands for them: nobody would ever find or count them.
        for path in moved:
            path.unlink(missing_ok=True)
        raise


def _keep(job_id: int, came: Sequence[Came], moved: list[Path], *, at: datetime) -> list[Upload]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS)
    job = DiagnosticsJob.objects.get(pk=job_id)
    if job.uploads.count() + len(came) > MOST_PER_JOB:
        raise TooMany
    if sum(one.size for one in came) > settings.FILE_STORE_MAX_BYTES - _held():
        raise NoRoom
    kept = []
    for one in came:
        place = f"uploads/{at:%Y/%m/%d}/{secrets.token_hex(16)}"
        kept.append(
            Upload.objects.create(
                job=job, name=plain(one.name), file=place, size=one.size, sha256=one.sha256, received_at=at
            )
        )
        final = Path(settings.MEDIA_ROOT) / place
        final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(one.path, final)
        moved.append(final)
    return kept


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
    room = settings.FILE_STORE_MAX_BYTES - _held()
    if room <= 0:
        limit = settings.FILE_STORE_MAX_BYTES
        text = sentence("Stations' files fill the %(limit)s bytes of FILE_STORE_MAX_BYTES: delete some.", limit=limit)
        alerts.open_alert(kind="files_full", subject="uploads", text=text, at=at)
    return max(0, room)


def _held() -> int:
    held: int = Upload.objects.aggregate(held=Sum("size"))["held"] or 0
    return held
