"""Decides who is told of what: one round of an alert after the other, until somebody acknowledges it.

`Alert.notice_at` is the queue. A round is decided in one transaction with that column as it was found, and a notice is
unique by it: a task that runs twice, or in parallel, or dies on the way tells nobody twice.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from accounts.duty import hours
from accounts.duty.rota import Rota, Where, rota
from accounts.models import DutyChoice, DutyNotice, User, Way
from drivepower.core import alerts, doorbell
from drivepower.core.models import Alert, AlertAct

AT_ONCE = 200
# Where alerts are silent for a while, and where nobody is on duty, one looks again after this long.
AGAIN = timedelta(minutes=5)
# The same trouble of the same subject calls people at most so often.
CALM = timedelta(minutes=15)
# What comes back so soon had not gone for good: who has snoozed it has heard of it.
FLAPS = timedelta(hours=1)
# The turn of a notice of an alert that was given to the person.
GIVEN = 0
Places = Callable[[Iterable[str]], Mapping[str, Any]]

log = structlog.stdlib.get_logger(__name__)


def call(*, places: Places, silent: Callable[[datetime], Set[str]], at: datetime) -> int:
    """Make the notices of every alert that is due; answers how many. `places` by subject, `silent` station codes."""
    due = Alert.objects.open().filter(notice_at__lte=at).order_by("notice_at").values_list("pk", "subject")[:AT_ONCE]
    keys = dict(due)
    if not keys:
        return 0
    where, quiet, on_duty = places(keys.values()), silent(at), rota(at=at)
    count = sum(_try(key, where.get(subject), quiet, on_duty, at) for key, subject in keys.items())
    if count:
        doorbell.hint("accounts.send_notices")
    return count


def _try(key: int, where: Any, quiet: Set[str], on_duty: Rota, at: datetime) -> int:
    """One alert's next round; whatever breaks on it is logged, and people are called of the others."""
    try:
        return _round(key, where, quiet, on_duty, at)
    except Exception:
        log.exception("nobody can be called of an alert", alert=key)
        return 0


@transaction.atomic
def _round(key: int, where: Any, quiet: Set[str], on_duty: Rota, at: datetime) -> int:
    """One alert's next round; whoever finds it locked, or moved on, leaves it."""
    mine = Alert.objects.select_for_update(skip_locked=True, of=("self",)).select_related("rule")
    alert = mine.filter(pk=key, notice_at__lte=at, resolved_at=None).first()
    if alert is None or alert.notice_at is None:
        return 0
    if alert.rule is not None and not alert.rule.is_on:
        return _later(alert, None)
    if where is not None and where.station in quiet:
        return _later(alert, at + AGAIN)
    if _stays_snoozed(alert, at=at):
        return 0
    if alert.notice_round == 0 and (calm := _calm_until(alert)) > at:
        return _later(alert, calm)
    people = on_duty.called(alert, where)
    if not people and not on_duty.turns(where):
        return _later(alert, at + AGAIN)  # a hole in the rota: whoever comes on duty next is told
    turn, told_at = alert.notice_round + 1, alert.notice_at
    notices = [
        one
        for person in people
        for one in notices_of(alert, person, on_duty.choice(person), turn=turn, told_at=told_at, at=at)
    ]
    DutyNotice.objects.bulk_create(notices, ignore_conflicts=True)
    _go_on(alert, on_duty, where, at)
    if notices:  # who has no address was not told
        names = ", ".join(sorted({one.person_id: str(one.person) for one in notices}.values()))
        alerts.note([alert.pk], what=AlertAct.What.TOLD, text=names, by="", at=at)
    return len(notices)


def notices_of(
    alert: Alert, person: User, choice: DutyChoice, *, turn: int, told_at: datetime, at: datetime
) -> list[DutyNotice]:
    """One for each way by which the person is reached."""
    then = hours.due(choice, alert.severity, at=at)
    targets = {Way.MAIL: person.email, Way.WEBHOOK: choice.webhook_url, Way.MESSENGER: choice.messenger_to}
    return [
        DutyNotice(
            alert=alert, person=person, way=way, turn=turn, told_at=told_at,
            target=target, next_at=then,
        )
        for way, target in targets.items()
        if way in choice.ways and target
    ]  # fmt: skip


def _go_on(alert: Alert, on_duty: Rota, where: Where | None, at: datetime) -> None:
    """When the next on duty is called; never, where there is none or the rule says so."""
    minutes = alert.rule.escalate_minutes if alert.rule else 0
    has_next = alert.notice_round + 1 < len(on_duty.turns(where))
    then = at + timedelta(minutes=minutes) if minutes and has_next else None
    Alert.objects.filter(pk=alert.pk).update(notice_at=then, notice_round=alert.notice_round + 1)


def _stays_snoozed(alert: Alert, *, at: datetime) -> bool:
    """Whether it is what somebody has snoozed, gone and come back meanwhile: then it is snoozed like that one was."""
    if alert.snoozed_until is not None or alert.kind in alerts.kinds_for_people():
        return False
    same = Alert.objects.filter(kind=alert.kind, subject=alert.subject, pk__lt=alert.pk)
    before = same.order_by("-pk").first()
    if before is None or before.snoozed_until is None or before.snoozed_until <= at:
        return False
    if before.resolved_at is None or alert.opened_at > before.resolved_at + FLAPS:
        return False
    alerts.snooze(Alert.objects.filter(pk=alert.pk), until=before.snoozed_until, by=before.snoozed_by, at=at)
    return True


def _calm_until(alert: Alert) -> datetime:
    """Until when nobody is called again of what people were called of just before."""
    same = AlertAct.objects.filter(
        alert__kind=alert.kind, alert__subject=alert.subject, what=AlertAct.What.TOLD, alert__pk__lt=alert.pk
    )
    last = same.order_by("-id").values_list("at", flat=True).first()
    return last + CALM if last else alert.opened_at


def _later(alert: Alert, then: datetime | None) -> int:
    Alert.objects.filter(pk=alert.pk).update(notice_at=then)
    return 0
