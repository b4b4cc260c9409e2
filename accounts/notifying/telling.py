"""Turns events into notifications of their drivers, and those into messages by the channels that each of them wants.

One reader at a time, because its place in the events is a row that it locks; what it makes and its new place are
committed together, so that an event is told once whatever dies.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Channel, DutyChoice, Message, Notification, PushSubscription, User, Way
from accounts.notifying import choices
from accounts.notifying.kinds import EVENTS, KINDS, kinds_of
from drivepower.core import doorbell, reading
from drivepower.core.models import Event

READER = "notifications"
AT_ONCE = 500
# What happened longer ago is kept for the driver to read, and nobody's telephone rings for it.
NEWS = timedelta(hours=1)


def tell_drivers(*, at: datetime) -> int:
    """Tell of all events that nobody was told of; answers how many notifications that made."""
    made = 0
    while True:
        count, was_full = _tell_some(at=at)
        made += count
        if not was_full:
            return made


@transaction.atomic
def _tell_some(*, at: datetime) -> tuple[int, bool]:
    """The next events; how many notifications came of them, and whether there may be more."""
    found = reading.read(READER, most=AT_ONCE, at=at)
    events = Event.objects.filter(pk__in=found, driver__isnull=False, kind__in=EVENTS).order_by("transaction", "id")
    return (_notify(list(events), at=at) if found else 0), len(found) >= AT_ONCE


def _notify(events: list[Event], *, at: datetime) -> int:
    """Keep the notifications of these events that are not there yet, with their messages."""
    people = {user.public_id: user for user in User.objects.filter(public_id__in={event.driver for event in events})}
    wanted: dict[tuple[int, str], Notification] = {}
    for event in events:
        user = people.get(event.driver) if event.driver else None
        for notification in _notifications_of(event, user, at=at) if user else ():
            wanted.setdefault((notification.user_id, notification.key), notification)
    known = Notification.objects.filter(user__in=people.values(), key__in={key for _, key in wanted})
    for told in known.values_list("user_id", "key"):
        wanted.pop(told, None)
    made = Notification.objects.bulk_create(list(wanted.values()))
    send([one for one in made if at - one.made_at < NEWS], at=at)
    return len(made)


def _notifications_of(event: Event, user: User, *, at: datetime) -> Iterable[Notification]:
    for kind in kinds_of(event.kind, event.payload):
        what = event.subject if kind.is_once else f"event:{event.transaction}-{event.pk}"
        facts = dict(event.payload)
        fresh = Notification(user=user, kind=kind.name, subject=event.subject, facts=facts, made_at=event.at)
        fresh.key = f"{kind.name}:{what}"
        yield fresh


def send(notifications: list[Notification], *, at: datetime) -> int:
    """Put messages on their way by the channels that each person wants and can be reached by; answers how many.

    A phone or mailbox that is not proved may be a stranger's: nothing is sent there.
    """
    people = {one.user_id: one.user for one in notifications}
    said, pushed = choices.said_by(people.values()), _endpoints(people.values())
    messages = [
        Message(notification=one, channel=channel, target=target, next_at=at, made_at=at)
        for one in notifications
        for channel, target in _ways_to(people[one.user_id], pushed.get(one.user_id, []))
        if choices.is_wanted(one.kind, channel, said.get(one.user_id, {}))
    ]
    Message.objects.bulk_create(messages)
    if messages:
        doorbell.hint("accounts.send_messages")
    return len(messages)


def _endpoints(people: Iterable[User]) -> dict[int, list[str]]:
    """Where each of them takes push messages."""
    found: dict[int, list[str]] = {}
    for user_id, endpoint in PushSubscription.objects.filter(user__in=list(people)).values_list("user_id", "endpoint"):
        found.setdefault(user_id, []).append(endpoint)
    return found


def _ways_to(user: User, endpoints: list[str]) -> list[tuple[Channel, str]]:
    """Every way to reach a person."""
    ways = [(Channel.PUSH, endpoint) for endpoint in endpoints]
    if user.email and user.email_checked_at:
        ways.append((Channel.EMAIL, user.email))
    if user.phone and user.phone_checked_at:
        ways.append((Channel.SMS, user.phone))
    return ways


def tell_of_change(*, user: User, left: list[str], at: datetime) -> None:
    """Tell a person that their phone or e-mail address has changed: at those that they had proved and left, too."""
    kind = KINDS["address_changed"]
    told = Notification.objects.create(user=user, kind=kind.name, key=f"{kind.name}:{uuid.uuid4()}", made_at=at)
    ways = [(Channel.EMAIL if "@" in address else Channel.SMS, address) for address in left]
    Message.objects.bulk_create(
        Message(notification=told, channel=channel, target=target, next_at=at, made_at=at) for channel, target in ways
    )
    told.user = User.objects.get(pk=user.pk)  # as they are reached from now on
    send([told], at=at)
    doorbell.hint("accounts.send_messages")


@transaction.atomic
def tell_of_work(*, user: User, subject: str, facts: dict[str, Any], at: datetime) -> None:
    """Tell a member of staff that work is theirs now: by push, and by mail unless they have chosen otherwise."""
    kind = KINDS["work_given"]
    key = f"{kind.name}:{uuid.uuid4()}"
    told = Notification.objects.create(user=user, kind=kind.name, key=key, subject=subject, facts=facts, made_at=at)
    ways = [(Channel.PUSH, endpoint) for endpoint in _endpoints([user]).get(user.pk, [])]
    choice = DutyChoice.objects.filter(person=user).first()
    if user.email and (choice is None or Way.MAIL in choice.ways):
        ways.append((Channel.EMAIL, user.email))
    Message.objects.bulk_create(
        Message(notification=told, channel=channel, target=target, next_at=at, made_at=at) for channel, target in ways
    )
    if ways:
        doorbell.hint("accounts.send_messages")


@transaction.atomic
def test(*, user: User, at: datetime) -> Notification:
    """A notification that a person has asked for, to see whether they are reached by push."""
    kind = KINDS["test"]
    made = Notification.objects.create(user=user, kind=kind.name, key=f"{kind.name}:{uuid.uuid4()}", made_at=at)
    send([made], at=at)
    return made
