"""How a station's way into service goes: begun, its steps kept, and ended in service or given up."""

import uuid
from datetime import datetime

from django.core.files.base import File
from django.db import IntegrityError, transaction

from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable
from stations import registry, reports
from stations.commissioning.steps import Step, look
from stations.models import Commissioning, Knock, Location, SecurityEvent, Station
from stations.models.commissioning import CommissioningQuerySet
from stations.photos import kept_if_done
from stations.security import note_event

State = Commissioning.State
# From these a station may go into service.
FROM = (
    Station.ServiceState.PLANNED,
    Station.ServiceState.COMMISSIONING,
    Station.ServiceState.OUT_OF_SERVICE,
)


@transaction.atomic
def begin(*, station: Station, by: str, at: datetime) -> Commissioning:
    """Begin, or go on with what somebody has begun; Refusal station_unavailable for one that is in use or retired."""
    known = Commissioning.objects.filter(station=station, state=State.OPEN).first()
    if known is not None:
        return known
    waiting = Station.objects.filter(pk=station.pk, service_state__in=FROM)
    if not waiting.update(service_state=Station.ServiceState.COMMISSIONING):
        raise Refusal("station_unavailable", "Only a station that is planned or out of service is put into service.")
    try:
        with transaction.atomic():
            begun = Commissioning.objects.create(station=station, begun_by=by, begun_at=at)
    except IntegrityError:
        return Commissioning.objects.get(station=station, state=State.OPEN)
    note(begun, "begun", by=by, at=at)
    return begun


@transaction.atomic
def adopt(*, knock: Knock, code: str, location: Location | None, by: str, at: datetime) -> Commissioning:
    """Make a station of a stranger and begin to put it in service; Refusal as `registry.adopt`."""
    station = registry.adopt(knock=knock, code=code, asked_by=by, at=at, location=location)
    return begin(station=station, by=by, at=at)


def go_on(commissioning: Commissioning, *, at: datetime) -> list[Step]:
    """Look at every step, and keep when each was first seen."""
    steps = look(commissioning, at=at)
    if commissioning.state == State.OPEN:
        keep(commissioning, {step.name: step.done_at for step in steps if step.done_at is not None})
    return steps


@transaction.atomic
def keep(commissioning: Commissioning, done: dict[str, datetime]) -> None:
    """Note steps that are not noted yet."""
    if done.keys() <= commissioning.steps.keys():
        return
    row = Commissioning.objects.select_for_update(no_key=True).get(pk=commissioning.pk)
    commissioning.steps = {name: moment.isoformat() for name, moment in done.items()} | row.steps
    Commissioning.objects.filter(pk=row.pk, state=State.OPEN).update(steps=commissioning.steps)


def missing(steps: list[Step]) -> list[Step]:
    """Those that a station needs and that were not seen."""
    return [step for step in steps if step.is_needed and step.done_at is None]


@transaction.atomic
def put_in_service(
    *, commissioning: Commissioning, by: str, at: datetime, why_not: str = "", is_public: bool = False
) -> None:
    """End well: drivers may charge; `why_not` says why a person does without the steps that were not seen.

    `is_public` shows it to drivers. Refusal commissioning_unfinished while steps are missing, commissioning_over.
    """
    undone = missing(go_on(commissioning, at=at))
    if undone and not why_not.strip():
        names = [step.name for step in undone]
        raise Refusal("commissioning_unfinished", "Some steps have not been seen yet.", {"missing": names})
    end(commissioning, State.DONE, by=by, at=at)
    waiting = Station.objects.filter(pk=commissioning.station_id, service_state__in=FROM)
    shown = {"is_public": True} if is_public else {}
    if not waiting.update(service_state=Station.ServiceState.IN_SERVICE, **shown):
        raise Refusal("station_unavailable", "The station is in use already, or retired.")
    without = f" without {', '.join(step.name for step in undone)}: {why_not.strip()}" if undone else ""
    note(commissioning, f"put in service{without}", by=by, at=at)


@transaction.atomic
def give_up(*, commissioning: Commissioning, by: str, at: datetime) -> None:
    """End without success: the station is planned again. Refusal commissioning_over."""
    end(commissioning, State.GIVEN_UP, by=by, at=at)
    begun = Station.objects.filter(pk=commissioning.station_id, service_state=Station.ServiceState.COMMISSIONING)
    begun.update(service_state=Station.ServiceState.PLANNED)
    note(commissioning, "given up", by=by, at=at)


def end(commissioning: Commissioning, state: Commissioning.State, *, by: str, at: datetime) -> None:
    """Leave the open state, once."""
    fresh = {"state": state, "ended_by": by, "ended_at": at}
    if not still_open(commissioning).update(**fresh):
        raise over()
    for name, value in fresh.items():
        setattr(commissioning, name, value)


@transaction.atomic
def write(*, commissioning: Commissioning, text: str, by: str, at: datetime) -> None:
    """What people should know about the place; at most 2000 characters are kept. Refusal commissioning_over."""
    commissioning.note = storable(text)[:2000]
    if not still_open(commissioning).update(note=commissioning.note):
        raise over()
    keep(commissioning, {"note": at})
    note(commissioning, "note written", by=by, at=at)


def keep_photo(*, commissioning: Commissioning, photo: "File[bytes]", by: str, at: datetime) -> None:
    """How it stands there, in place of the photo before.

    Refusal invalid_parameters for what is no photo or too large, commissioning_over.
    """
    content, ending = reports.read_photo(photo)
    with kept_if_done(commissioning.photo, f"{uuid.uuid4().hex}.{ending}", content) as name, transaction.atomic():
        row = still_open(commissioning).select_for_update(no_key=True).first()
        if row is None:
            raise over()
        still_open(commissioning).update(photo=name)
        if old := row.photo.name:
            transaction.on_commit(lambda: row.photo.storage.delete(old))
        keep(commissioning, {"photo": at})
        note(commissioning, "photo kept", by=by, at=at)
    commissioning.photo.name = name


def over() -> Refusal:
    """Too late for this one."""
    return Refusal("commissioning_over", "This has ended already.")


def still_open(commissioning: Commissioning) -> CommissioningQuerySet:
    """Its row, while it is open."""
    return Commissioning.objects.filter(pk=commissioning.pk, state=State.OPEN)


def note(commissioning: Commissioning, what: str, *, by: str, at: datetime) -> None:
    """Leave a trace of who did what; nothing secret."""
    note_event(
        station_id=commissioning.station_id,
        source=SecurityEvent.Source.CENTRAL_SYSTEM,
        type="Commissioning",
        detail=f"{what} · {by}" if len(what) < 150 else f"{what[:150]}… · {by}",
        happened_at=at,
        received_at=at,
    )
