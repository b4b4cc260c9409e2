"""Diagnostics and logs: asked for, answered, and what stations say while they send them (S 4.4, 5.9; W 5.3, 5.9)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from drivepower.core.texts import storable
from stations import commands
from stations.files.jobs import IDLE, OPEN, WAITS, check_location, fail, finish, go_on, newest, replace_older
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
NOTHING = "The station has nothing to send."


def ask_diagnostics(
    *,
    station: Station,
    since: datetime | None = None,
    until: datetime | None = None,
    location: str = "",
    asked_by: str,
    at: datetime,
) -> DiagnosticsJob:
    """Have a station send its diagnostics, to here or to an address of somebody else's; Refusal location_malformed."""
    return _ask(Kind.DIAGNOSTICS, station, since=since, until=until, location=location, asked_by=asked_by, at=at)


def ask_log(
    *,
    station: Station,
    kind: DiagnosticsJob.Kind,
    since: datetime | None = None,
    until: datetime | None = None,
    location: str = "",
    asked_by: str,
    at: datetime,
) -> DiagnosticsJob:
    """The same with a log, which the whitepaper has another message for."""
    return _ask(kind, station, since=since, until=until, location=location, asked_by=asked_by, at=at)


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
    if state != Command.State.ACCEPTED:
        said = str(answer.get("status") or answer.get("error") or state)
        fail(job, reason=f"It was not begun: {said}.", status=said, at=at)
        return
    replace_older(job, at=at)
    if file_name:
        DiagnosticsJob.objects.filter(pk=job.pk).update(file_name=storable(file_name)[:255])
    elif job.kind == Kind.DIAGNOSTICS:
        finish(job, reason=NOTHING, at=at)


def note_diagnostics_status(
    *, station_id: int, status: str, at: datetime, log: bool = False, job_id: int | None = None
) -> None:
    """How an upload goes: the one that is named, else the newest of its kind, else the newest of any."""
    if status == IDLE:
        return
    jobs = DiagnosticsJob.objects.filter(station=station_id)
    of_kind = jobs.exclude(kind=Kind.DIAGNOSTICS) if log else jobs.filter(kind=Kind.DIAGNOSTICS)
    job = newest(jobs.filter(pk=job_id)) if job_id is not None else newest(of_kind) or newest(jobs)
    if job:
        go_on(job, status=status, meanings=MEANINGS, at=at)


@transaction.atomic
def _ask(kind: DiagnosticsJob.Kind, station: Station, *, location: str, at: datetime, **asked: Any) -> DiagnosticsJob:
    if location:
        check_location(location)
    job = mirror_diagnostics(station=station, kind=kind, location=location, at=at, **asked)
    job.command = commands.send(
        station=station,
        intent="get_diagnostics" if kind == Kind.DIAGNOSTICS else "get_log",
        payload={},
        subject=f"diagnostics:{job.pk}",
        asked_by=job.asked_by,
        expires_at=at + WAITS,
        at=at,
    )
    job.save(update_fields=["command"])
    return job
