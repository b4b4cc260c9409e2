"""Sends the notices that are due: those of one person by one way together, as one message under one name.

A batch is claimed before it is sent, with no transaction open meanwhile, and keeps its rows and its name at every try:
whoever gets it once more, because a worker died between sending and keeping that, knows it by that name.
"""

import time
import uuid
from collections import defaultdict
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError
from django.db.models import Q

from accounts.duty import ways, wording
from accounts.duty.calling import GIVEN
from accounts.duty.rota import IN_HOUSE
from accounts.models import DutyNotice, Way
from accounts.words.channels import FAILING
from accounts.words.saying import Undelivered
from drivepower.core import alerts
from drivepower.core.alone import alone
from drivepower.core.forgetting import forget

State = DutyNotice.State
TRIES = 5
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1500))
LEASE = timedelta(minutes=1)
BUDGET_SECONDS = 10.0
AT_ONCE = 500
KEPT = timedelta(days=180)

log = structlog.stdlib.get_logger(__name__)


def send_notices(*, at: datetime) -> int:
    """Send what is due by every way that no other worker is at; answers how many notices arrived."""
    drop_needless()
    return sum(_send_by(way, at=at) for way in Way)


def drop_needless() -> int:
    """Nobody is told any more of what is over or looked after before their notice went out, nor who has left the house.

    Answers how many those were.
    Who is given an alert that somebody has acknowledged is told.
    """
    over = Q(alert__resolved_at__isnull=False) | (Q(alert__acknowledged_at__isnull=False) & ~Q(turn=GIVEN))
    needless = over | ~Q(**IN_HOUSE)
    waiting = DutyNotice.objects.filter(needless, state=State.WAITING, batch=None).values_list("pk", flat=True)
    keys = list(waiting[:AT_ONCE])
    fresh = DutyNotice.objects.filter(pk__in=keys, state=State.WAITING, batch=None)
    return fresh.update(state=State.DROPPED, next_at=None) if keys else 0


def _send_by(way: Way, *, at: datetime) -> int:
    with alone(f"duty notices by {way}") as is_ours:
        if not is_ours:
            return 0
        DutyNotice.objects.filter(state=State.WAITING, way=way, next_at__lte=at, attempts__gte=TRIES).update(
            state=State.FAILED, next_at=None, error="too late"
        )
        began, arrived = time.monotonic(), 0
        for batch in _batches(way, at=at):
            if time.monotonic() - began > BUDGET_SECONDS:
                break
            claimed = _claim(batch, at=at)
            if claimed and _send(way, claimed, at=at):
                arrived += len(claimed)
        if arrived:
            alerts.resolve_alert(kind=FAILING, subject=f"duty:{way}", at=at)
        return arrived


def _batches(way: Way, *, at: datetime) -> list[list[DutyNotice]]:
    """What is due, by whom it is for; what was tried before stays together."""
    due = DutyNotice.objects.filter(state=State.WAITING, way=way, next_at__lte=at, attempts__lt=TRIES)
    groups: dict[tuple[int, str, uuid.UUID | None], list[DutyNotice]] = defaultdict(list)
    for notice in due.order_by("next_at", "pk")[:AT_ONCE]:
        groups[notice.person_id, notice.target, notice.batch].append(notice)
    return list(groups.values())


def _claim(notices: list[DutyNotice], *, at: datetime) -> list[DutyNotice]:
    """Take one try of these; what has become needless or somebody else's meanwhile is not among those answered."""
    first = notices[0]
    batch, attempts = first.batch or uuid.uuid4(), first.attempts + 1
    same = DutyNotice.objects.filter(pk__in=[one.pk for one in notices], state=State.WAITING, batch=first.batch)
    same.filter(attempts=first.attempts).update(batch=batch, attempts=attempts, next_at=at + LEASE)
    ours = DutyNotice.objects.filter(batch=batch, attempts=attempts, state=State.WAITING)
    return list(ours.select_related("alert", "person").order_by("pk"))


def _send(way: Way, notices: list[DutyNotice], *, at: datetime) -> bool:
    """Send a batch and keep what came of it."""
    first = notices[0]
    rows = DutyNotice.objects.filter(batch=first.batch, attempts=first.attempts, state=State.WAITING)
    try:
        _say(way, notices)
    except Undelivered as problem:
        error = str(problem)[:200]
        if first.attempts < TRIES and not problem.is_final:
            rows.update(next_at=at + PAUSES[first.attempts - 1], error=error)
            return False
        rows.update(state=State.FAILED, next_at=None, error=error)
        alerts.open_alert(kind=FAILING, subject=f"duty:{way}", text=error, at=at)
        return False
    rows.update(state=State.SENT, next_at=None, sent_at=at, error="")
    return True


def _say(way: Way, notices: list[DutyNotice]) -> None:
    """Say it; what cannot be put into words must not silence the others."""
    first = notices[0]
    try:
        words = wording.words_of(notices)
        items = [wording.facts_of(one.alert) for one in notices]
        ways.send(way=way, target=first.target, words=words, items=items)
    except (Undelivered, DatabaseError):
        raise
    except Exception as error:
        log.exception("a notice cannot be sent", notice=first.pk)
        raise Undelivered(f"it cannot be said: {type(error).__name__}", is_final=True) from error


def forget_notices(*, at: datetime) -> int:
    """Delete notices of long ago; answers how many."""
    oldest = DutyNotice.objects.order_by("pk")
    kept = oldest.filter(told_at__gte=at - KEPT).values_list("pk", flat=True).first()
    return forget(oldest if kept is None else oldest.filter(pk__lt=kept))
