"""GetLog (W 5.9): the diagnostics or the security log; the job's key is the requestId."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging import clock
from ocpp_consumer.masking import mask_words
from ocpp_consumer.v16.requests import addresses, subjects
from ocpp_consumer.v16.requests.get_diagnostics import hear
from ocpp_consumer.v16.requests.kinds import Prepared
from ocpp_consumer.v16.words import zulu
from stations import files
from stations.files import links
from stations.models import Command, DiagnosticsJob, Station

__all__ = ["check", "fill", "hear", "prepare"]

Kind = DiagnosticsJob.Kind
LOG_TYPES = {Kind.SECURITY_LOG: "SecurityLog", Kind.DIAGNOSTICS_LOG: "DiagnosticsLog"}
KINDS = {log_type: kind for kind, log_type in LOG_TYPES.items()}


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """An address that stations can send to, and a period that does not end before it begins."""
    log = payload.get("log", {})
    if log.get("remoteLocation"):
        yield from addresses.problems(log["remoteLocation"])
    yield from addresses.period_problems(log, "oldestTimestamp", "latestTimestamp")


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """A job; who may log in at an address is said by the command alone, until it has been sent."""
    log = payload.get("log", {})
    job = files.mirror_diagnostics(
        station=station,
        kind=KINDS[payload["logType"]],
        location=mask_words(log.get("remoteLocation", "")),
        since=clock.read(log.get("oldestTimestamp")),
        until=clock.read(log.get("latestTimestamp")),
        asked_by=asked_by,
        at=at,
    )
    return Prepared({**payload, "requestId": job.pk, "log": log}, subject=f"diagnostics:{job.pk}")


def fill(command: Command, *, at: datetime) -> dict[str, Any]:
    """With the address: the one that was given, or a directory of ours that is made now."""
    job = DiagnosticsJob.objects.filter(pk=subjects.key_of(command, "diagnostics")).first()
    if job is None:
        return dict(command.payload)
    DiagnosticsJob.objects.filter(pk=job.pk).update(command=command)
    period = {"oldestTimestamp": job.since, "latestTimestamp": job.until}
    log = {name: zulu(moment) for name, moment in period.items() if moment} | command.payload.get("log", {})
    if not job.location:
        log["remoteLocation"] = links.upload_link(job, at=at)
    log_type = LOG_TYPES[Kind(job.kind)]
    return {"logType": log_type, **command.payload, "requestId": job.pk, "log": log}
