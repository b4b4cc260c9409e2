"""UpdateFirmware (S 5.19): its answer is empty; how it goes on is said by FirmwareStatusNotification."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from charging import clock
from drivepower.core.sentences import sentence
from ocpp_consumer.masking import mask, mask_words
from ocpp_consumer.v16.requests import addresses, subjects
from ocpp_consumer.v16.requests.kinds import Prepared
from ocpp_consumer.v16.words import zulu
from stations import files
from stations.files import links
from stations.models import Command, FirmwareJob, Station

BOTH = sentence("Name an image of ours or an address, not both.")
NOT_HERE = sentence("There is no such image here: name one by its number, or by its name and version.")


def forbid(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """There is nothing to send without an address, and no link to an image that is not here."""
    if "image" not in payload:
        if "location" not in payload:
            yield sentence("Name an image of ours, or the location to fetch one from.")
    elif files.find_image(payload["image"]) is None:
        yield NOT_HERE


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """An address that stations can fetch from, or an image of ours instead, and a time."""
    if "image" not in payload:
        yield from addresses.problems(payload["location"])
    elif "location" in payload:
        yield BOTH
    if clock.read(payload["retrieveDate"]) is None:
        yield sentence("retrieveDate is no time in ISO 8601.")


def prepare(*, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared:
    """A job for our image, or for the address that a person has given; who may log in there, the command alone says."""
    image = files.find_image(payload["image"]) if "image" in payload else None
    job = files.mirror_firmware(
        station=station,
        image=image,
        location="" if image else mask_words(payload["location"]),
        retrieve_at=clock.read(payload["retrieveDate"]) or at,
        signed=False,
        asked_by=asked_by,
        at=at,
    )
    dropped = {"image", "location"} if image else {"image"}
    said = {name: value for name, value in payload.items() if name not in dropped}
    return Prepared(said, subject=f"firmware:{job.pk}")


def fill(command: Command, *, at: datetime) -> dict[str, Any]:
    """With the address: the one that was given, or a link to our image that is made now."""
    job = FirmwareJob.objects.select_related("image").filter(pk=subjects.key_of(command, "firmware")).first()
    if job is None:
        return dict(command.payload)
    FirmwareJob.objects.filter(pk=job.pk).update(command=command)
    link = {"location": links.firmware_link(job, at=at)} if job.image else {}
    return {"retrieveDate": zulu(job.retrieve_at), **command.payload, **link}


def hear(command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """The job goes on, or ends with what the station can do instead."""
    job_id = subjects.key_of(command, "firmware")
    if job_id:
        files.note_firmware_answer(job_id=job_id, state=state, answer=mask(answer), at=at)
