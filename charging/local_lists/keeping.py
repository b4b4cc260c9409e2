"""Keeping lists in step: each compare takes what is due and sends at most one message a station."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from charging.local_lists.entries import next_portion
from charging.local_lists.wanted import AT_ONCE, Candidate, candidates, choose, limits_of
from charging.models import LocalList
from stations import commands
from stations.models import Command, Station

Support = LocalList.Support
# A list is compared this often, and at once after an answer.
COMPARE_EVERY = timedelta(minutes=5)
ASK_WITHIN = timedelta(minutes=1)
ASKED_BY = "rule:local_list"
BATCH = 100

log = structlog.stdlib.get_logger(__name__)


def compare(*, at: datetime) -> int:
    """Ask, send or find in step what is due; how many stations were sent something."""
    due = list(due_lists(at=at).select_related("station").order_by(F("checked_at").asc(nulls_first=True))[:BATCH])
    found = candidates(at=at) if due else []
    sent = 0
    for local_list in due:
        try:
            sent += bring_on(local_list, found, at=at)
        except Exception:
            log.exception("a local list cannot be kept", station=local_list.station_id)
    return sent


def compare_now() -> None:
    """Tags have changed: the next compare looks at every list."""
    LocalList.objects.filter(is_kept=True).update(checked_at=None)


def due_lists(*, at: datetime) -> QuerySet[LocalList]:
    """Those to compare whose station is there to hear of it, and has nothing under way."""
    due = Q(checked_at=None) | Q(checked_at__lte=at - COMPARE_EVERY)
    online = Station.objects.online(at=at).filter(registration=Station.Registration.ACCEPTED)
    subject = Concat(Value("local_list:"), Cast(OuterRef("station"), CharField()))
    under_way = Command.objects.filter(subject=subject, state__in=[Command.State.QUEUED, Command.State.SENT])
    return LocalList.objects.filter(
        due, ~Exists(under_way), Exists(online.filter(pk=OuterRef("station"))), is_kept=True
    ).exclude(support=Support.NO)


@transaction.atomic
def bring_on(local_list: LocalList, found: list[Candidate], *, at: datetime) -> bool:
    """One step with one list: ask for its version, or send the next portion, or find that it is in step.

    A portion whose answer was lost leaves its version under way: then the station is asked which one it has.
    """
    moved = LocalList.objects.filter(pk=local_list.pk, checked_at=local_list.checked_at).update(checked_at=at)
    if not moved:
        return False
    if local_list.support == Support.UNKNOWN or local_list.sending_version is not None:
        _ask(local_list, at=at, intent="ask_list_version", payload={})
        return True
    limits = limits_of(local_list.station)
    wanted, left_out = choose(found, station=local_list.station, most=limits.in_all)
    portion = next_portion(
        old=local_list.entries,
        new=wanted,
        version=local_list.version,
        is_full_needed=local_list.is_full_needed,
        most_at_once=limits.at_once or AT_ONCE,
    )
    LocalList.objects.filter(pk=local_list.pk).update(
        problem=left_out[:200], sending_version=portion.version if portion else None
    )
    if portion is None:
        return False
    _ask(local_list, at=at, intent="send_local_list", payload=portion._asdict())
    return True


def _ask(local_list: LocalList, *, intent: str, payload: dict[str, object], at: datetime) -> None:
    commands.send(
        station=local_list.station,
        intent=intent,
        payload=payload,
        subject=f"local_list:{local_list.station_id}",
        asked_by=ASKED_BY,
        expires_at=at + ASK_WITHIN,
        at=at,
    )
