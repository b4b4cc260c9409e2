"""What people decided and were told about sessions, and what the house told of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Prefetch, Q

from accounts.models import Message, Notification
from accounts.named import with_names
from billing.models import Transfer
from charging.models import Decision, Session
from drivepower.core.models import Event
from drivepower.portal.explain.facts import Money, Told
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.shapes import ACT, NOTIFICATION
from drivepower.portal.explain.sources.bounded import bounded, grouped
from stations.models import ConfigurationKey

MOST = 60
KEY = "ConnectionTimeOut"
LOW = "low_balance"


def events(sessions: Sequence[Session], left: set[str]) -> dict[int, list[Event]]:
    """What was told of each; whoever may see a session may hear that."""
    keys = {f"session:{one.public_id}": one.pk for one in sessions}
    told, most = Event.objects.filter(subject__in=list(keys)).order_by("id"), MOST * len(sessions)
    return grouped(bounded(told[: most + 1], most=most, name=ACT, left=left), lambda one: keys[one.subject])


def decisions(sessions: Sequence[Session], reader: Reader, left: set[str]) -> dict[int, list[Decision]]:
    """What people decided about each, by name."""
    about = Decision.objects.filter(session__in=[one.pk for one in sessions])
    rows = reader.rows(about, "charging.view_decision")
    if rows is None:
        return {}
    named, most = with_names(rows, by="decided_by").order_by("id"), MOST * len(sessions)
    return grouped(bounded(named[: most + 1], most=most, name=ACT, left=left), lambda one: one.session_id)


def notifications(
    sessions: Sequence[Session], money: Mapping[int, Money], reader: Reader, left: set[str]
) -> dict[int, list[Told]]:
    """What the driver of each was told of it, of its receipts and debts, and of the payments told here; two queries.

    Whenever that was: a notice of the same hour may be of another charge.
    """
    keys = abouts(sessions, money)
    if not keys:
        return {}
    names = [said for _driver, said in keys if isinstance(said, str)]
    about = Q(subject__in=names) | Q(facts__about__in=names)
    moved = [said for _driver, said in keys if isinstance(said, datetime)]
    about |= Q(kind=LOW, made_at__in=moved)  # which names its wallet alone
    drivers = {driver for driver, _said in keys}
    rows = reader.rows(Notification.objects.filter(about, user__in=drivers), "accounts.view_notification")
    if rows is None:
        return {}
    sent = reader.rows(Message.objects.order_by("id"), "accounts.view_message")
    known = rows.order_by("id") if sent is None else rows.order_by("id").prefetch_related(Prefetch("messages", sent))
    most = MOST * len(sessions)
    found = grouped(
        bounded(known[: most + 1], most=most, name=NOTIFICATION, left=left), lambda one: session_of(one, keys)
    )
    return {key: [told(one, has_ways=sent is not None) for one in ours] for key, ours in found.items()}


def abouts(sessions: Sequence[Session], money: Mapping[int, Money]) -> dict[tuple[int, object], int]:
    """By what notices of each driver name a session or its payments, or when they came with one: the sessions' keys."""
    found: dict[tuple[int, object], int] = {}
    for session in sessions:
        if session.driver_id is None:
            continue
        moves = money.get(session.pk, Money())
        named: list[object] = [f"session:{session.public_id}", session.subject]
        named += [one.subject for one in moves.top_ups]
        named += [one.made_at for one in moves.transfers if one.kind == Transfer.Kind.CAPTURE]
        found |= {(session.driver_id, said): session.pk for said in named}
    return found


def session_of(notice: Notification, keys: Mapping[tuple[int, object], int]) -> int:
    """Which session a notice is of, by its key; 0 where it is of another person's."""
    named = [notice.subject, notice.facts.get("about"), notice.made_at if notice.kind == LOW else None]
    return next((keys[notice.user_id, said] for said in named if (notice.user_id, said) in keys), 0)


def told(notice: Notification, *, has_ways: bool) -> Told:
    """A notice, and how it went by each channel where that may be known."""
    ways = [went(one) for one in notice.messages.all()] if has_ways else None
    return Told(notice.made_at, notice.kind, notice.facts, ways)


def went(message: Message) -> tuple[str, str, str]:
    """How it went by one channel."""
    return message.channel, message.state, message.error


def start_wait_s(session: Session, reader: Reader) -> int | None:
    """How long the station waits for a cable, where a start failed for want of one and its setting was read."""
    if session.failure != "start_timeout" or reader.is_of_company:
        return None
    keys = reader.rows(ConfigurationKey.objects.filter(station=session.station_id), "stations.view_configurationkey")
    value = None if keys is None else keys.filter(key__iexact=KEY).values_list("value", flat=True).first()
    return int(value) if value and value.isdecimal() and len(value) < 7 else None
