"""Events become notifications of their drivers, once, and messages by the channels that each of them wants."""

import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Message, Notification, NotificationChoice, PushSubscription, User
from accounts.notifying import choices, telling
from accounts.notifying.telling import tell_drivers
from accounts.tests.at_once import at_once
from accounts.tests.world import aida, bakyt
from drivepower.core import events
from drivepower.core.models import Event, EventCursor
from drivepower.core.tests.waiting import on_another_thread, until

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SESSION = "session:7b7f2f0e-0000-4000-8000-000000000001"
FACTS = {"session_id": SESSION[8:], "station_id": "BSK-01", "connector_id": 2, "currency": "KGS"}


def happen(driver: User | None, kind: str, *, subject: str = SESSION, at: datetime = NOON, **facts: Any) -> None:
    payload = {**FACTS, **facts}
    events.record(kind=kind, subject=subject, payload=payload, at=at, driver=driver.public_id if driver else None)


def tell(*, at: datetime = NOON) -> int:
    """As the worker does, once nothing of other tests on this server is still being written."""
    until(lambda: Event.objects.settled().count() == Event.objects.count())
    return tell_drivers(at=at)


def reachable(**fields: Any) -> User:
    """A driver whose phone and mailbox are proved, with one browser."""
    user = aida(email_checked_at=NOON, phone_checked_at=NOON, **fields)
    PushSubscription.objects.create(user=user, endpoint="https://push.example/1", made_at=NOON)
    return user


def test_it_tells_a_driver_of_a_charge() -> None:
    user = reachable()
    happen(user, "session.started")
    assert tell() == 1
    told = Notification.objects.get()
    assert (told.user, told.kind, told.subject, told.made_at) == (user, "charging_started", SESSION, NOON)
    assert told.facts["station_id"] == "BSK-01"
    message = Message.objects.get()
    assert (message.channel, message.target, message.state) == ("push", "https://push.example/1", "waiting")
    assert (message.next_at, message.attempts) == (NOON, 0)


def test_it_tells_nothing_twice() -> None:
    user = reachable()
    happen(user, "session.started")
    happen(user, "session.started", at=NOON + timedelta(seconds=1))
    assert tell() == 1
    happen(user, "session.started", at=NOON + timedelta(seconds=2))
    assert tell() == 0
    assert tell() == 0
    EventCursor.objects.update(transaction=0, event_id=0)
    assert tell() == 0
    assert Notification.objects.count() == Message.objects.count() == 1


def test_it_tells_again_of_what_may_come_again() -> None:
    user = reachable()
    for _ in range(2):
        happen(user, "wallet.low", subject="wallet:1", balance="40.00")
    assert tell() == 2
    EventCursor.objects.update(transaction=0, event_id=0)
    assert tell() == 0


def test_it_tells_each_their_own() -> None:
    user, other = reachable(), bakyt()
    happen(user, "session.started")
    happen(other, "session.started", subject="session:2")
    happen(None, "session.started", subject="session:3")
    happen(None, "connector.status", subject="station:BSK-01")
    events.record(kind="session.started", subject="session:4", payload=FACTS, at=NOON, driver=uuid.uuid4())
    assert tell() == 2
    assert set(Notification.objects.values_list("user", "subject")) == {(user.pk, SESSION), (other.pk, "session:2")}


def test_it_goes_on_where_it_was() -> None:
    user = reachable()
    for number in range(telling.AT_ONCE + 3):
        happen(user, "wallet.low", subject=f"wallet:{number}")
    assert tell() == telling.AT_ONCE + 3
    last = Event.objects.order_by("transaction", "id").last()
    place = EventCursor.objects.get()
    assert last is not None
    assert (place.reader, place.transaction, place.event_id) == ("notifications", last.transaction, last.pk)


def test_it_waits_for_a_transaction_that_is_still_open() -> None:
    user = reachable()
    written, done = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            happen(user, "session.started")
            written.set()
            assert done.wait(15)

    with on_another_thread(slow):
        assert written.wait(15)
        happen(user, "wallet.low", subject="wallet:1")
        assert tell_drivers(at=NOON) == 0  # it might come before what is there
        done.set()
    assert tell() == 2


def test_it_keeps_old_news_and_pushes_none() -> None:
    user = reachable()
    happen(user, "session.started")
    assert tell(at=NOON + timedelta(hours=1)) == 1
    assert not Message.objects.exists()
    happen(user, "session.ended")
    assert tell(at=NOON + timedelta(minutes=59)) == 1
    assert Message.objects.count() == 1


def test_it_uses_the_channels_of_the_kind() -> None:
    user = reachable()
    happen(user, "wallet.debt", subject="wallet:1", owed="12.00")
    happen(user, "receipt.made", subject="receipt:1")
    tell()
    by_kind = {(kind, channel) for kind, channel in Message.objects.values_list("notification__kind", "channel")}
    assert by_kind == {
        ("debt", "push"),
        ("debt", "email"),
        ("debt", "sms"),
        ("receipt", "push"),
        ("receipt", "email"),
    }


def test_it_does_as_drivers_choose() -> None:
    user = reachable()
    choices.change(
        user=user,
        choices={"charging_started": {"push": False, "sms": True}, "receipt": {"email": False, "push": False}},
    )
    NotificationChoice.objects.create(user=bakyt(), kind="charging_started", channel="email", is_wanted=True)
    happen(user, "session.started")
    happen(user, "receipt.made", subject="receipt:1")
    assert tell() == 2
    assert [(one.channel, one.target) for one in Message.objects.all()] == [("sms", "+996555123456")]


def test_it_sends_nothing_to_an_address_that_nobody_has_proved() -> None:
    user = aida()
    happen(user, "wallet.debt", subject="wallet:1", owed="12.00")
    assert tell() == 1
    assert not Message.objects.exists()


def test_it_tells_every_browser_of_a_driver() -> None:
    user = reachable()
    PushSubscription.objects.create(user=user, endpoint="https://push.example/2", made_at=NOON)
    PushSubscription.objects.create(user=bakyt(), endpoint="https://push.example/3", made_at=NOON)
    happen(user, "session.started")
    tell()
    assert set(Message.objects.values_list("target", flat=True)) == {"https://push.example/1", "https://push.example/2"}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("start_timeout", 1),
        ("start_rejected", 1),
        ("start_unanswered", 1),
        ("connector_taken", 1),
        ("insufficient_balance", 0),
        (None, 0),
    ],
)
def test_it_tells_of_failures_that_the_app_was_not_told_of(error: str | None, told: int) -> None:
    happen(reachable(), "session.failed", error=error)
    assert tell() == told


def test_one_of_many_workers_does_it() -> None:
    user = reachable()
    for number in range(20):
        happen(user, "wallet.low", subject=f"wallet:{number}")
    until(lambda: Event.objects.settled().count() == 20)
    made = at_once(*[lambda: tell_drivers(at=NOON)] * 4)
    assert sum(made) + tell() == 20
    assert Notification.objects.count() == Message.objects.count() == 20


def test_a_worker_that_dies_on_the_way_leaves_it_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    user = reachable()
    happen(user, "session.started")
    until(lambda: Event.objects.settled().count() == 1)
    with monkeypatch.context() as patch:
        patch.setattr(telling, "send", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tell_drivers(at=NOON)
    assert not Notification.objects.exists()
    assert tell() == 1


def test_it_asks_as_much_for_many_as_for_few(django_assert_num_queries: Any) -> None:
    user, other = reachable(), bakyt()
    happen(user, "session.started")
    tell()
    for number in range(30):
        happen(user if number % 2 else other, "session.ended", subject=f"session:{number}")
    until(lambda: Event.objects.settled().count() == 31)
    # place (2), keys, events, people, what is known, notifications, choices, browsers, messages, the place; 2 of atomic
    with django_assert_num_queries(13):
        assert tell_drivers(at=NOON) == 30
