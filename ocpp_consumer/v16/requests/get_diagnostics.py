"""GetDiagnostics (S 5.9): the address is a directory; without one of somebody else's the station sends to us."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging import clock
from ocpp_consumer.masking import mask, mask_words
from ocpp_consumer.v16.requests import addresses, subjects
from ocpp_consumer.v16.requests.kinds import Prepared
from ocpp_consumer.v16.words import word, zulu
from stations import files
from stations.files import links
from stations.models import Command, DiagnosticsJob, Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """An address that stations can send to, and a period that does not end before it begins."""
    if payload.get("location"):
        yield from addresses.problems(payload["location"])
    yield from addresses.period_problems(payload, "startTime", "stopTime")


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """A job; who may log in at an address is said by the command alone, until it has been sent."""
    job = files.mirror_diagnostics(
        station=station,
        kind=DiagnosticsJob.Kind.DIAGNOSTICS,
        location=mask_words(payload.get("location", "")),
        since=clock.read(payload.get("startTime")),
        until=clock.read(payload.get("stopTime")),
        asked_by=asked_by,
        at=at,
    )
    return Prepared(payload, subject=f"diagnostics:{job.pk}")


def fill(command: Command, *, at: datetime) -> dict[str, Any]:
    """With the address: the one that was given, or a directory of ours that is made now."""
    job = DiagnosticsJob.objects.filter(pk=subjects.key_of(command, "diagnostics")).first()
    if job is None:
        return dict(command.payload)
    DiagnosticsJob.objects.filter(pk=job.pk).update(command=command)
    period = {"startTime": job.since, "stopTime": job.until}
    said = {name: zulu(moment) for name, moment in period.items() if moment}
    link = {} if job.location else {"location": links.upload_link(job, at=at)}
    return {**said, **command.payload, **link}


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """The name of the file that will come; the field is written differently in the answer to GetLog."""
    job_id = subjects.key_of(command, "diagnostics")
    if job_id:
        name = word(answer, "fileName") or word(answer, "filename")
        files.note_diagnostics_answer(
            job_id=job_id, state=state, answer=mask(answer), file_name=mask_words(name), at=at
        )
