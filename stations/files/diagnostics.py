"""Diagnostics and logs: asked for, answered, and what stations say while they send them (S 4.4, 5.9; W 5.3, 5.9)."""

from datetime import datetime
from typing import Any

from drivepower.core.sentences import sentence
from drivepower.core.texts import storable
from stations.files import reasons
from stations.files.jobs import IDLE, OPEN, fail, finish, go_on, meant, objection, replace_older
from stations.models import Command, DiagnosticsJob, JobState, Station

Kind = DiagnosticsJob.Kind
MEANINGS = {
    "Uploaded": JobState.DONE,
    "UploadFailed": JobState.FAILED,
    "UploadFailure": JobState.FAILED,
    "BadMessage": JobState.FAILED,
    "PermissionDenied": JobState.FAILED,
    "NotSupportedOperation": JobState.FAILED,
}


def mirror_diagnostics(
    *,
    station: Station,
    kind: DiagnosticsJob.Kind,
    location: str,
    asked_by: str,
    at: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> DiagnosticsJob:
    """The row of a request that is about to be made."""
    return DiagnosticsJob.objects.create(
        station=station,
        kind=kind,
        location=location[:512],
        since=since,
        until=until,
        asked_by=asked_by,
        asked_at=at,
        changed_at=at,
    )


def note_diagnostics_answer(
    *, job_id: int, state: Command.State, answer: dict[str, Any], file_name: str, at: datetime
) -> None:
    """What the station answered: the name of the file that will come, and without one that none will (S 5.9)."""
    job = DiagnosticsJob.objects.select_related("station").filter(pk=job_id, state__in=OPEN).first()
    if job is None or state == Command.State.TIMED_OUT:
        return
    said = objection(state, answer)
    if said:
        fail(job, reason=sentence(reasons.NOT_BEGUN, said=said), status=said, at=at)
        return
    replace_older(job, at=at)
    if file_name:
        DiagnosticsJob.objects.filter(pk=job.pk).update(file_name=storable(file_name)[:255])
    elif job.kind == Kind.DIAGNOSTICS:
        finish(job, reason=reasons.NOTHING, at=at)


def note_diagnostics_status(
    *, station_id: int, status: str, at: datetime, log: bool = False, job_id: int | None = None
) -> None:
    """How an upload goes: the one that is named, else the newest of its kind, else the newest of any."""
    if status == IDLE:
        return
    jobs = DiagnosticsJob.objects.filter(station=station_id)
    of_kind = jobs.exclude(kind=Kind.DIAGNOSTICS) if log else jobs.filter(kind=Kind.DIAGNOSTICS)
    if job := meant(jobs, of_kind, job_id=job_id):
        go_on(job, status=status, meanings=MEANINGS, at=at)
