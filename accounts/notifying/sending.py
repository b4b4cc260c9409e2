"""Sends what waits: codes first, then the oldest; one worker per channel at a time, several tries with longer pauses.

A message is claimed before it is sent and no transaction is open meanwhile: a worker that dies on the way leaves it to
the next one a minute later. Between sending and keeping that it was sent, a second copy is possible; it bears the same
name, by which mail programs, gateways and push services know it.
"""

import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.db import DatabaseError
from django.db.models import F, Q, QuerySet

from accounts.models import Channel, Message
from accounts.notifying.saying import words_of
from accounts.notifying.telling import NEWS
from accounts.words.channels import FAILING, sender
from accounts.words.saying import Undelivered
from drivepower.core import alerts
from drivepower.core.alone import alone

State = Message.State
TRIES = 5
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1500))
# A code lives for five minutes: what does not arrive soon need not arrive.
PAUSES_OF_CODES = tuple(timedelta(seconds=seconds) for seconds in (5, 10, 30, 60))
LEASE = timedelta(minutes=1)
# How long one run may take for one channel, whatever waits: a worker has more to do than to wait for a slow gateway.
BUDGET_SECONDS = 10.0
AT_ONCE = 200

log = structlog.stdlib.get_logger(__name__)


def send_messages(*, at: datetime) -> int:
    """Send what is due by every channel that no other worker is at; answers how many arrived."""
    give_up_late(at=at)
    return sum(_send_by(channel, at=at) for channel in Channel)


def give_up_late(*, at: datetime) -> int:
    """End what has become old news, codes that are no longer good, and what died with its last try."""
    waits = Message.objects.filter(state=State.WAITING)
    late = Q(made_at__lte=at - NEWS) | Q(code__expires_at__lte=at) | Q(attempts__gte=TRIES, next_at__lte=at)
    return waits.filter(late).update(state=State.FAILED, next_at=None, error="too late")


def _send_by(channel: Channel, *, at: datetime) -> int:
    """Send what is due by one channel; a place that fails once is left alone until the next run."""
    with alone(f"messages by {channel}") as is_ours:
        if not is_ours:
            return 0
        began, failing, arrived = time.monotonic(), set[str](), 0
        for message in _due(channel, at=at):
            now = at + timedelta(seconds=time.monotonic() - began)
            if time.monotonic() - began > BUDGET_SECONDS:
                break
            place = urlsplit(message.target).netloc
            if place in failing or not _claim(message, at=now):
                continue
            problem = _send(message, at=now)
            if problem is None:
                arrived += 1
            elif not problem.is_final:
                failing.add(place)
        if arrived:
            alerts.resolve_alert(kind=FAILING, subject=f"channel:{channel}", at=at)
        return arrived


def _due(channel: Channel, *, at: datetime) -> "QuerySet[Message]":
    """What to send, with all that its words need."""
    due = Message.objects.filter(state=State.WAITING, channel=channel, next_at__lte=at, attempts__lt=TRIES)
    order = (F("code").asc(nulls_last=True), "next_at", "pk")
    return due.select_related("notification__user", "code").order_by(*order)[:AT_ONCE]


def _claim(message: Message, *, at: datetime) -> bool:
    """Take one try of a message; False where another worker has."""
    same = Message.objects.filter(pk=message.pk, state=State.WAITING, attempts=message.attempts)
    message.attempts += 1
    return bool(same.update(attempts=message.attempts, next_at=at + LEASE))


def _send(message: Message, *, at: datetime) -> Undelivered | None:
    """Send one message and keep what came of it; answers what went wrong."""
    try:
        _say(message)
    except Undelivered as problem:
        _put_off(message, problem, at=at)
        return problem
    _mark(message, state=State.SENT, next_at=None, sent_at=at, error="")
    return None


def _say(message: Message) -> None:
    """Say it by its channel; a message that cannot be put into words must not silence the others."""
    try:
        sender(Channel(message.channel))(target=message.target, words=words_of(message))
    except (Undelivered, DatabaseError):
        raise
    except Exception as error:
        log.exception("a message cannot be sent", message_id=message.pk)
        raise Undelivered(f"it cannot be said: {type(error).__name__}", is_final=True) from error


def _put_off(message: Message, problem: Undelivered, *, at: datetime) -> None:
    """Try again later, or no more; operators hear of a channel by which nothing gets through."""
    pauses = PAUSES_OF_CODES if message.code_id else PAUSES
    if message.attempts < TRIES and not problem.is_final:
        _mark(message, next_at=at + pauses[message.attempts - 1], error=str(problem)[:200])
        return
    _mark(message, state=State.FAILED, next_at=None, error=str(problem)[:200])
    if not problem.is_final:
        alerts.open_alert(kind=FAILING, subject=f"channel:{message.channel}", text=str(problem), at=at)


def _mark(message: Message, **fields: object) -> None:
    """Write what came of our try, unless it was given up meanwhile."""
    Message.objects.filter(pk=message.pk, state=State.WAITING, attempts=message.attempts).update(**fields)
