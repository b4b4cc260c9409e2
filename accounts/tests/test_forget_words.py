"""What was said is forgotten after a while, and not before."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import codes
from accounts.models import Message, Notification, OneTimeCode, SandboxMessage
from accounts.notifying import forgetting
from accounts.tasks import forget_words, send_messages, tell_drivers
from accounts.tests.world import aida
from drivepower.core import forgetting as core_forgetting
from drivepower.core.models import Sweep

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_it_forgets_codes_that_count_for_nothing() -> None:
    for number, days in enumerate((3, 1, 0)):
        codes.send(
            target=f"+99655500000{number}",
            purpose=OneTimeCode.Purpose.LOGIN,
            user=None,
            is_sent=True,
            language="en",
            address="::1",
            at=NOON - timedelta(days=days),
        )
    assert forgetting.forget_codes(at=NOON) == 1
    assert OneTimeCode.objects.count() == Message.objects.count() == 2


def test_it_forgets_what_was_told_half_a_year_ago() -> None:
    user = aida()
    for days in (181, 179):
        at = NOON - timedelta(days=days)
        told = Notification.objects.create(user=user, kind="debt", key=str(days), made_at=at)
        Message.objects.create(notification=told, channel="push", target="x", next_at=at, made_at=at)
    assert forgetting.forget_notifications(at=NOON) == 1
    assert Notification.objects.get().key == "179"


def test_it_forgets_what_the_sandbox_kept_a_week_ago() -> None:
    for days in (8, 6):
        SandboxMessage.objects.create(channel="sms", target="x", text=str(days), at=NOON - timedelta(days=days))
    assert forgetting.forget_sandbox(at=NOON) == 1
    assert SandboxMessage.objects.get().text == "6"


def test_it_goes_on_until_nothing_old_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_forgetting, "AT_ONCE", 2)
    for days in (8, 8, 8, 8, 8, 6):
        SandboxMessage.objects.create(channel="sms", target="x", text="x", at=NOON - timedelta(days=days))
    assert forgetting.forget_sandbox(at=NOON) == 5
    SandboxMessage.objects.update(at=NOON - timedelta(days=8))
    assert forgetting.forget_sandbox(at=NOON) == 1


def test_the_clock_runs_each_of_them() -> None:
    for task in (tell_drivers, send_messages, forget_words):
        task()
    names = {"accounts.tell_drivers", "accounts.send_messages", "accounts.forget_words"}
    assert set(Sweep.objects.filter(error="").values_list("name", flat=True)) == names
