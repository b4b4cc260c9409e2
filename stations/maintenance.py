"""Work on stations: begun, finished, cancelled; while it holds, connectors are set Inoperative and alerts are silent.

What stations are asked is compared with what they should be asked, so that a lost or refused command is sent again.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.notifying import telling
from drivepower.core.refusals import Refusal
from stations import commands
from stations.models import Command, ConnectorState, Maintenance, Station
from stations.photos import kept_if_done
from stations.reports import read_photo

RULE = "rule:maintenance"
INTENT = "ChangeAvailability"
State = Maintenance.State
OPEN = [State.PLANNED, State.UNDER_WAY]
# How long a command of ours may wait for its station, and how long after one that failed it is sent again.
PATIENCE, AGAIN = timedelta(minutes=2), timedelta(minutes=5)
# For so long after its end a connector is given back that could not be reached before.
LOOKED_AFTER = timedelta(days=2)
FAILED = {Command.State.REJECTED, Command.State.FAILED, Command.State.TIMED_OUT}


def begin(*, work: Maintenance, at: datetime) -> Maintenance:
    """Planned work is under way from now on; Refusal maintenance_moved where it is not planned (any more)."""
    start = at if work.starts_at is None else min(work.starts_at, at)
    until = work.ends_at if work.ends_at is None or work.ends_at > start else None
    return _move(work, [State.PLANNED], {"state": State.UNDER_WAY, "starts_at": start, "ends_at": until}, at=at)


def finish(*, work: Maintenance, said: dict[str, Any], photo: "File[bytes] | None" = None, at: datetime) -> Maintenance:
    """Work is done, with its cost and note in `said`.

    Refusal maintenance_moved where it is over, invalid_parameters for a photo that is none.
    """
    done = {"state": State.DONE, "ended_at": at} | said
    if photo is None:
        return _move(work, OPEN, done, at=at)
    content, ending = read_photo(photo)
    with kept_if_done(work.photo, f"{work.public_id.hex}.{ending}", content) as name:
        return _move(work, OPEN, done | {"photo": name}, at=at)


def cancel(*, work: Maintenance, at: datetime) -> Maintenance:
    """It comes to nothing; Refusal maintenance_moved where it is over."""
    return _move(work, OPEN, {"state": State.CANCELLED, "ended_at": at}, at=at)


def tell_assignee(*, work: Maintenance, by: str, at: datetime) -> None:
    """Tell whoever the work was just given to, unless they have taken it themselves."""
    who = work.assignee
    if who is None or by == f"staff:{who.public_id}":
        return
    page = reverse("admin:stations_maintenance_change", args=[work.pk])
    facts = {"station_id": work.station.code, "connector_id": work.number, "what": work.what}
    link = f"{settings.PUBLIC_URL.rstrip('/')}{page}"
    telling.tell_of_work(user=who, subject=_subject(work), facts=facts | {"link": link}, at=at)


def holding(*, at: datetime) -> "QuerySet[Maintenance]":
    """The work that is under way, and not beyond the end of its window."""
    return Maintenance.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), state=State.UNDER_WAY)


def muted(at: datetime) -> set[str]:
    """The codes of the stations whose alerts nobody is told of."""
    return set(holding(at=at).filter(mutes_alerts=True).values_list("station__code", flat=True))


def begin_due(*, at: datetime) -> int:
    """Begin the work whose planned window is open; how many."""
    due = Maintenance.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), state=State.PLANNED, starts_at__lte=at)
    return due.update(state=State.UNDER_WAY)


def set_due(*, at: datetime) -> int:
    """Ask for what connectors under work, or just given back, should be; how many were asked."""
    lately = Q(state=State.UNDER_WAY) | Q(ended_at__gt=at - LOOKED_AFTER)
    works = Maintenance.objects.filter(lately, sets_inoperative=True)
    return sum(_set(pk, at=at) for pk in works.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _set(pk: int, *, at: datetime) -> bool:
    """One at a time for each work: who finds it locked leaves it to the other."""
    work = Maintenance.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    wanted = _wanted(work, at=at) if work is not None else None
    if work is None or wanted is None or not Station.objects.online(at=at).filter(pk=work.station_id).exists():
        return False
    number = work.number or 0
    commands.send(
        station=Station.objects.get(pk=work.station_id),
        intent=INTENT,
        payload={"connectorId": number, "type": wanted},
        subject=_subject(work),
        asked_by=RULE,
        expires_at=at + PATIENCE,
        at=at,
        awaits=_sign(work, wanted),
    )
    return True


def _sign(work: Maintenance, wanted: str) -> str:
    """The status that shows the effect; nothing where the connector has it already, since then it says no more."""
    number, status = work.number or 0, "Unavailable" if wanted == "Inoperative" else "Available"
    here = ConnectorState.objects.filter(station=work.station_id, number=number, status="Unavailable")
    return "" if here.exists() == (wanted == "Inoperative") else f"status:{number}:{status}"


def _wanted(work: Maintenance, *, at: datetime) -> str | None:
    """What to ask for now, or None: what was asked stands, may still be answered, or was refused only just now."""
    is_held = holding(at=at).filter(pk=work.pk).exists()
    last = Command.objects.filter(subject=_subject(work)).order_by("-id").first()
    wanted = "Inoperative" if is_held else "Operative"
    if last is None:
        return wanted if is_held else None
    if last.payload.get("type") != wanted:
        return wanted if is_held or not _is_held_by_other(work, at=at) else None
    return wanted if last.state in FAILED and last.asked_at <= at - AGAIN else None


def _is_held_by_other(work: Maintenance, *, at: datetime) -> bool:
    """Whether other work wants one of the same connectors out of operation."""
    others = holding(at=at).filter(sets_inoperative=True, station=work.station_id).exclude(pk=work.pk)
    if work.number:
        others = others.filter(Q(number=None) | Q(number=work.number))
    return others.exists()


def _subject(work: Maintenance) -> str:
    return f"maintenance:{work.public_id}"


def _move(work: Maintenance, states: list[State], fields: dict[str, Any], *, at: datetime) -> Maintenance:
    if not Maintenance.objects.filter(pk=work.pk, state__in=states).update(**fields):
        raise Refusal("maintenance_moved", "Somebody else has moved this work on already.")
    for name, value in fields.items():
        setattr(work, name, value)
    if work.sets_inoperative:
        _set(work.pk, at=at)
    return work
