"""Problems that people see at stations: told, looked after, answered."""

import uuid
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from drivepower.core import alerts, doorbell, events
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import joined, sentence
from drivepower.core.texts import storable
from stations.models import Report, Station
from stations.photos import kept_if_done
from stations.pictures import pixels

LARGEST_PHOTO = 5 * 1024**2
MOST_PIXELS = 64_000_000
# A photo is known by its first bytes; what a browser or an app calls it counts for nothing.
KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png", b"RIFF": "webp"}
TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
ALERT = alerts.closed_by_people("report")


def make(
    *,
    said_by: str,
    user: User | None,
    station: Station | None,
    number: int | None,
    session: uuid.UUID | None,
    kind: str,
    text: str,
    contact: str,
    photo: "File[bytes] | None",
    filed_by: str = "",
    key: uuid.UUID | None = None,
    at: datetime,
) -> Report:
    """Keep a report and tell operators; `filed_by` is the member of staff who wrote it down for whoever said it.

    Refusal invalid_parameters for a photo that is none or is too large, report_made where one of that key is there.
    """
    report = Report(
        public_id=key or uuid.uuid4(),
        user=user,
        said_by=said_by,
        station=station,
        number=number,
        session=session,
        kind=storable(kind),
        text=storable(text),
        contact=storable(contact),
        filed_by=filed_by,
        alert=alert_at(station, number) if station else None,
        made_at=at,
    )
    if photo is None:
        return _keep(report)
    content, ending = read_photo(photo)
    with kept_if_done(report.photo, f"{report.public_id.hex}.{ending}", content) as name:
        report.photo.name = name
        return _keep(report)


def alert_at(station: Station, number: int | None) -> Alert | None:
    """The newest alert that is open there: about that connector before one about its station."""
    plug = f"connector:{station.code}/"
    about = Q(subject=f"{plug}{number}") if number else Q(subject__startswith=plug)
    found = Alert.objects.open().filter(about | Q(subject=f"station:{station.code}"))
    return found.order_by("subject", "-opened_at").first()


@transaction.atomic
def answer(*, report: Report, text: str, by: str, at: datetime) -> Report:
    """Tell its driver what was done, or whoever left a contact; the alert ends with it. Refusal report_moved."""
    fields: dict[str, Any] = {"state": Report.State.ANSWERED, "answer": storable(text), "owner": by, "answered_at": at}
    _end(report, fields)
    alerts.resolve_alert(kind=ALERT, subject=f"report:{report.public_id}", at=at)
    if report.user is not None:
        said = {"report_id": str(report.public_id), "answer": report.answer[:1000]}
        place = {"station_id": report.station.code, "connector_id": report.number} if report.station else {}
        events.record(
            kind="report.answered",
            subject=f"report:{report.public_id}",
            payload={**said, **place},
            driver=report.user.public_id,
            at=at,
        )
    elif report.contact:
        doorbell.hint("stations.send_answers")
    return report


def take(*, report: Report, by: str) -> bool:
    """Somebody looks after it; False where somebody does already, or it is over."""
    still = Report.objects.filter(pk=report.pk, state=Report.State.OPEN)
    if not still.update(state=Report.State.TAKEN, owner=by):
        return False
    report.state, report.owner = Report.State.TAKEN, by
    return True


@transaction.atomic
def close(*, report: Report, by: str, at: datetime) -> Report:
    """It is over without an answer. Refusal report_moved."""
    _end(report, {"state": Report.State.CLOSED, "owner": by})
    alerts.resolve_alert(kind=ALERT, subject=f"report:{report.public_id}", at=at)
    return report


def read_photo(photo: "File[bytes]") -> tuple[bytes, str]:
    """Its bytes and the ending of its kind; Refusal invalid_parameters for other kinds, and for what is too large."""
    if photo.size > LARGEST_PHOTO:
        raise Refusal("invalid_parameters", "The photo is larger than 5 MB.", {"photo": ["Too large."]})
    content = photo.read()
    ending = next((ending for mark, ending in KINDS.items() if content.startswith(mark)), "")
    if not ending or (ending == "webp" and content[8:12] != b"WEBP"):
        raise Refusal("invalid_parameters", "The photo is no JPEG, PNG or WebP.", {"photo": ["Unknown kind."]})
    if pixels(content) > MOST_PIXELS:
        raise Refusal("invalid_parameters", "The photo has more than 64 megapixels.", {"photo": ["Too large."]})
    return content, ending


def photo_of(report: Report) -> tuple[bytes, str]:
    """A report's photo and its media type; Refusal report_not_found where it has none."""
    if not report.photo:
        raise Refusal("report_not_found", "This report has no photo.")
    with report.photo.open() as file:
        return file.read(), TYPES[str(report.photo.name).rpartition(".")[2]]


@transaction.atomic
def _keep(report: Report) -> Report:
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        if not Report.objects.filter(public_id=report.public_id).exists():
            raise
        raise Refusal("report_made", "This problem is reported already.") from error
    station, at = report.station, report.made_at
    place = f"{station.code}/{report.number or '–'}" if station else sentence("no station named")
    text = joined([place, report.text], between=": ")
    alerts.open_alert(kind=ALERT, subject=f"report:{report.public_id}", text=text, at=at)
    return report


def _end(report: Report, fields: dict[str, Any]) -> None:
    """Of two who end it at once one does, or whoever reported would be told twice."""
    still = Report.objects.filter(pk=report.pk, state__in=[Report.State.OPEN, Report.State.TAKEN])
    if not still.update(**fields):
        raise Refusal("report_moved", "Somebody has answered or closed it already.")
    for name, value in fields.items():
        setattr(report, name, value)
