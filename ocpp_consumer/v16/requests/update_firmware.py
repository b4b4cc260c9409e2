"""UpdateFirmware (S 5.19): its answer is empty; how it goes on is said by FirmwareStatusNotification."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging import clock
from ocpp_consumer.masking import mask
from ocpp_consumer.v16.requests import addresses, subjects
from ocpp_consumer.v16.requests.kinds import Prepared
from ocpp_consumer.v16.words import zulu
from stations import files
from stations.files import links
from stations.files.names import without_credentials
from stations.models import Command, FirmwareJob, Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """An address that stations can fetch from, and a time."""
    yield from addresses.problems(payload["location"])
    if clock.read(payload["retrieveDate"]) is None:
        yield "retrieveDate is no time in ISO 8601."


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """A job for the address that a person has given; who may log in there is kept with the job alone."""
    location = payload["location"]
    job = files.mirror_firmware(
        station=station,
        location=location,
        retrieve_at=clock.read(payload["retrieveDate"]) or at,
        signed=False,
        asked_by=asked_by,
        at=at,
    )
    return Prepared({**payload, "location": without_credentials(location)}, subject=f"firmware:{job.pk}")


def fill(command: Command, *, at: datetime) -> dict[str, Any]:
    """With the address: the one that was given, or a link to our image that is made now."""
    job = FirmwareJob.objects.select_related("image").filter(pk=subjects.key_of(command, "firmware")).first()
    if job is None:
        return dict(command.payload)
    FirmwareJob.objects.filter(pk=job.pk).update(command=command)
    location = job.location or links.firmware_link(job, at=at)
    return {"retrieveDate": zulu(job.retrieve_at), **command.payload, "location": location}


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """The job goes on, or ends with what the station can do instead."""
    job_id = subjects.key_of(command, "firmware")
    if job_id:
        files.note_firmware_answer(job_id=job_id, state=state, answer=mask(answer), at=at)
