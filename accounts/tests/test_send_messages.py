"""Messages go out once, again after a failure, and never for ever; whatever fails, nobody else waits for it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from accounts import codes
from accounts.models import Message, Notification, OneTimeCode, PushSubscription, SandboxMessage, User
from accounts.notifying import sending
from accounts.notifying.sending import send_messages
from accounts.tests.at_once import at_once
from accounts.tests.world import aida
from drivepower.core.models import Alert
from drivepower.core.tests.loopback import Receiver, listening

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
PHONE = "+996555123456"
State = Message.State


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Receiver]:
    """An SMS gateway."""
    with listening() as gateway:
        settings.SMS_URL, settings.SMS_TOKEN = f"http://{gateway.place}/send", "canary-token"
        yield gateway


def waiting(number: int = 0, *, channel: str = "sms", target: str = PHONE, at: datetime = NOON) -> Message:
    """A message of a debt."""
    user = User.objects.filter(email="aida@example.com").first() or aida()
    told = Notification.objects.create(
        user=user, kind="debt", key=f"debt:{number}", facts={"owed": "12.00", "currency": "KGS"}, made_at=at
    )
    return Message.objects.create(notification=told, channel=channel, target=target, next_at=at, made_at=at)


def code(*, at: datetime = NOON) -> OneTimeCode:
    return codes.send(
        target=PHONE,
        purpose=OneTimeCode.Purpose.LOGIN,
        user=None,
        is_sent=True,
        language="en",
        address="::1",
        at=at,
    )


def test_it_sends_once(gateway: Receiver) -> None:
    message = waiting()
    assert send_messages(at=NOON) == 1
    assert send_messages(at=NOON + timedelta(hours=2)) == 0
    assert len(gateway.heard) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, message.next_at) == (State.SENT, 1, None)
    assert message.sent_at is not None
    assert NOON <= message.sent_at < NOON + timedelta(minutes=1)


def test_it_tries_five_times_with_longer_pauses(gateway: Receiver) -> None:
    message = waiting()
    gateway.status = 500
    at, tries = NOON, []
    while at < NOON + timedelta(minutes=59):
        before = len(gateway.heard)
        send_messages(at=at)
        if len(gateway.heard) > before:
            tries.append(int((at - NOON).total_seconds()))
        at += timedelta(seconds=5)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.FAILED, 5)
    assert message.error == "the gateway answered 500"
    assert len(tries) == 5
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses == sorted(pauses)
    assert pauses[0] in (10, 15)
    alert = Alert.objects.get(kind="messages_failing")
    assert (alert.subject, alert.text, alert.resolved_at) == ("channel:sms", "the gateway answered 500", None)
    gateway.status = 200
    waiting(1, at=at)
    send_messages(at=at)
    alert.refresh_from_db()
    assert alert.resolved_at == at


def test_it_arrives_at_a_later_try(gateway: Receiver) -> None:
    message = waiting()
    gateway.status = 503
    assert send_messages(at=NOON) == 0
    gateway.status = 202
    assert send_messages(at=NOON + timedelta(seconds=5)) == 0
    assert send_messages(at=NOON + timedelta(seconds=20)) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (State.SENT, 2, "")
    keys = {heard.headers["idempotency-key"] for heard in gateway.heard}
    assert len(keys) == 1  # by which the gateway knows that it had it


def test_it_stops_at_a_refusal_for_good(gateway: Receiver) -> None:
    message, other = waiting(0, target="+99600"), waiting(1)
    gateway.status = 422
    send_messages(at=NOON)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (State.FAILED, 1, "the gateway answered 422")
    assert len(gateway.heard) == 2  # a refusal of one says nothing of the next
    other.refresh_from_db()
    assert other.state == State.FAILED
    assert not Alert.objects.exists()


def test_it_asks_a_gateway_that_is_away_once_a_run(gateway: Receiver) -> None:
    for number in range(5):
        waiting(number)
    gateway.status = 500
    send_messages(at=NOON)
    assert len(gateway.heard) == 1
    send_messages(at=NOON + timedelta(seconds=5))
    assert len(gateway.heard) == 2
    gateway.status = 200
    assert send_messages(at=NOON + timedelta(seconds=30)) == 5


def test_it_leaves_other_channels_and_services_alone(gateway: Receiver, settings: Settings) -> None:
    gateway.status = 500
    waiting(0)
    waiting(1, channel="email", target="aida@example.com")
    assert send_messages(at=NOON) == 1
    assert [(one.channel, one.target) for one in SandboxMessage.objects.all()] == [("email", "aida@example.com")]


def test_it_sends_codes_first(gateway: Receiver) -> None:
    for number in range(3):
        waiting(number)
    digits = codes.digits_of(code())
    assert send_messages(at=NOON) == 4
    assert digits in gateway.heard[0].body.decode()


def test_it_sends_no_code_that_is_no_longer_good(gateway: Receiver) -> None:
    code()
    send_messages(at=NOON + timedelta(seconds=300))
    assert not gateway.heard
    assert (Message.objects.get().state, Message.objects.get().error) == (State.FAILED, "too late")


def test_it_sends_no_old_news(gateway: Receiver) -> None:
    waiting()
    send_messages(at=NOON + timedelta(hours=1))
    assert not gateway.heard
    assert (Message.objects.get().state, Message.objects.get().error) == (State.FAILED, "too late")


def test_a_worker_that_died_on_the_way_leaves_it_to_the_next(gateway: Receiver) -> None:
    message = waiting()
    assert sending._claim(message, at=NOON)  # and dies here
    assert send_messages(at=NOON + timedelta(seconds=59)) == 0
    assert send_messages(at=NOON + timedelta(seconds=60)) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 2)


def test_one_that_dies_with_its_last_try_is_given_up(gateway: Receiver) -> None:
    message = waiting()
    for _ in range(5):
        assert sending._claim(message, at=NOON)
    send_messages(at=NOON + timedelta(minutes=2))
    message.refresh_from_db()
    assert (message.state, len(gateway.heard)) == (State.FAILED, 0)


def test_a_message_that_cannot_be_said_silences_no_other(gateway: Receiver) -> None:
    broken = waiting(0)
    Notification.objects.update(facts=[])
    waiting(1)
    assert send_messages(at=NOON) == 1
    broken.refresh_from_db()
    assert (broken.state, broken.error) == (State.FAILED, "it cannot be said: AttributeError")


def test_it_keeps_no_secrets_in_what_it_writes_down(gateway: Receiver, settings: Settings) -> None:
    digits = codes.digits_of(code())
    settings.SMS_URL = f"http://user:canary-password@{gateway.place.replace(str(gateway.port), '1')}/"
    send_messages(at=NOON)
    kept = str(list(Message.objects.values()))
    assert "the gateway does not answer: ConnectError" in kept
    assert not [secret for secret in (digits, "canary") if secret in kept]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_message_once(gateway: Receiver) -> None:
    for number in range(12):
        waiting(number)
    sent = at_once(*[lambda: send_messages(at=NOON)] * 4)
    assert sum(sent) == len(gateway.heard) == 12
    assert set(Message.objects.values_list("attempts", "state")) == {(1, "sent")}


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_it_sends(gateway: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of events would wait for one, and so would every stream and webhook."""
    open_ones: list[bool] = []

    def look(**_: Any) -> None:
        open_ones.append(connection.in_atomic_block)

    monkeypatch.setattr(sending, "sender", lambda _: look)
    waiting()
    assert send_messages(at=NOON) == 1
    assert open_ones == [False]


def test_it_asks_as_much_of_the_database_for_each(gateway: Receiver, django_assert_num_queries: Any) -> None:
    for number in range(10):
        waiting(number)
    # what is late; two locks for each channel, what is due by each; two for each message; the alert
    with django_assert_num_queries(1 + 3 * 3 + 10 * 2 + 1):
        assert send_messages(at=NOON) == 10


def test_a_subscription_that_went_ends_its_messages(settings: Settings) -> None:
    settings.WEB_PUSH_KEY = "unused"
    message = waiting(channel="push", target="https://push.example/1")
    assert not PushSubscription.objects.exists()
    send_messages(at=NOON)
    message.refresh_from_db()
    assert (message.state, message.error) == (State.FAILED, "the subscription is gone")
