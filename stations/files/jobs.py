"""How jobs with files go on: 1.6 names no job in its words, so they belong to the newest one that was sent."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.db.models import QuerySet

from drivepower.core import alerts
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable
from stations import commands
from stations.files import reasons
from stations.models import Command, DiagnosticsJob, FirmwareJob, JobState

Job = TypeVar("Job", FirmwareJob, DiagnosticsJob)
AnyJob = FirmwareJob | DiagnosticsJob

OPEN = (JobState.REQUESTED, JobState.RUNNING)
FIRMWARE, DIAGNOSTICS = map(alerts.closed_by_people, ("firmware_failed", "diagnostics_failed"))
# How long a job waits for its station to be online.
WAITS = timedelta(days=1)
SCHEMES = ("http", "https", "ftp", "ftps", "sftp")
LONGEST_LOCATION = 512
# What a station says when it is only asked (S 4.4, 4.5): of no job.
IDLE = "Idle"


def check_location(location: str) -> str:
    """The address, if stations may fetch from or send to such a one; Refusal location_malformed."""
    try:
        parts = urlsplit(location)
        is_one = parts.scheme in SCHEMES and bool(parts.hostname) and location.isprintable() and " " not in location
    except ValueError:
        is_one = False
    if not is_one or len(location) > LONGEST_LOCATION:
        text = sentence("An address begins with one of %(schemes)s and names a host.", schemes=", ".join(SCHEMES))
        raise Refusal("location_malformed", text)
    return location


def send(job: AnyJob, *, intent: str, kind: str, at: datetime) -> None:
    """Have the station asked for a job; what goes out is made when it is sent."""
    job.command = commands.send(
        station=job.station,
        intent=intent,
        payload={},
        subject=f"{kind}:{job.pk}",
        asked_by=job.asked_by,
        expires_at=at + WAITS,
        at=at,
    )
    job.save(update_fields=["command"])


def objection(state: Command.State, answer: Mapping[str, Any]) -> str:
    """The station's word against a job; empty for a yes."""
    if state == Command.State.ACCEPTED:
        return ""
    return str(answer.get("status") or answer.get("error") or state)


def meant(jobs: QuerySet[Job], of_kind: QuerySet[Job], *, job_id: int | None) -> Job | None:
    """The job that a station speaks of: the one that is named, else the newest of its kind, else the newest of any."""
    return newest(jobs.filter(pk=job_id)) if job_id is not None else newest(of_kind) or newest(jobs)


def newest(jobs: QuerySet[Job]) -> Job | None:
    """The newest of them that is open and was sent, else the newest that was."""
    sent = jobs.exclude(command__state=Command.State.QUEUED).select_related("station").order_by("-id")
    return sent.filter(state__in=OPEN).first() or sent.first()


def go_on(job: AnyJob, *, status: str, meanings: Mapping[str, JobState], at: datetime) -> bool:
    """Note what a station says of a job; False where it changes nothing.

    Words come late and in any order: what is done stays, what failed may still end well.
    """
    state = meanings.get(status, JobState.RUNNING)
    before = OPEN if state != JobState.DONE else (*OPEN, JobState.FAILED)
    return _move(job, before=before, state=state, at=at, status=storable(status)[:40], reason="")


def fail(job: AnyJob, *, reason: str, at: datetime, status: str = "", silently: bool = False) -> bool:
    """The job is not done, and why; False if it was over."""
    said = {"status": storable(status)[:40]} if status else {}
    return _move(job, before=OPEN, state=JobState.FAILED, at=at, silently=silently, reason=reason, **said)


def finish(job: AnyJob, *, reason: str, at: datetime) -> bool:
    """The job is over, and well, although the station has not said so."""
    return _move(job, before=OPEN, state=JobState.DONE, at=at, reason=reason)


def replace_older(job: AnyJob, *, at: datetime) -> None:
    """The station has taken this job: what it says from now on is of no older one of the kind."""
    older = type(job).objects.filter(station=job.station_id, pk__lt=job.pk, state__in=OPEN)
    for one in older.exclude(command__state=Command.State.QUEUED).select_related("station"):
        fail(one, reason=sentence(reasons.REPLACED, number=job.pk), at=at, silently=True)


def _move(
    job: AnyJob,
    *,
    before: tuple[JobState, ...],
    state: JobState,
    at: datetime,
    reason: str,
    silently: bool = False,
    **said: str,
) -> bool:
    rows = type(job).objects.filter(pk=job.pk, state__in=before)
    if not rows.update(state=state, changed_at=at, reason=reason[:200], **said):
        return False
    kind = FIRMWARE if isinstance(job, FirmwareJob) else DIAGNOSTICS
    subject = f"station:{job.station.code}"
    if state == JobState.FAILED and not silently:
        why = reason or sentence("The station says %(status)s.", status=said.get("status"))
        text = sentence("Job %(number)s: %(why)s", number=job.pk, why=why)
        alerts.open_alert(kind=kind, subject=subject, text=text, at=at)
    elif state == JobState.DONE:
        alerts.resolve_alert(kind=kind, subject=subject, at=at)
    return True
