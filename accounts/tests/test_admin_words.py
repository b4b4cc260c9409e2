"""Operators read what was told, and what the sandbox would have sent; they write none of it."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts import codes
from accounts.models import (
    Message,
    Notification,
    NotificationChoice,
    OneTimeCode,
    PushSubscription,
    SandboxMessage,
    User,
)
from accounts.notifying.sending import send_messages
from accounts.tests.world import chinara

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MODELS = ["notification", "message", "sandboxmessage", "pushsubscription", "notificationchoice"]


@pytest.fixture
def portal(client: Client) -> Client:
    client.force_login(chinara())
    return client


def rows(start: int, end: int) -> None:
    for number in range(start, end):
        user = User.objects.create_user(email=f"driver{number}@example.com")
        facts = {"owed": "12.00", "currency": "KGS"}
        told = Notification.objects.create(user=user, kind="debt", key="k", facts=facts, made_at=NOON)
        Message.objects.create(notification=told, channel="push", target="x", next_at=NOON, made_at=NOON)
        SandboxMessage.objects.create(channel="sms", target="x", text="hello", at=NOON)
        PushSubscription.objects.create(user=user, endpoint=f"https://push.example/{number}", made_at=NOON)
        NotificationChoice.objects.create(user=user, kind="debt", channel="sms", is_wanted=False)


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("model", MODELS)
def test_it_lists_many_with_as_many_queries_as_few(portal: Client, model: str) -> None:
    rows(0, 2)
    path = f"/admin/accounts/{model}/"
    portal.get(path)
    few = queries_of(portal, path)
    rows(2, 12)
    assert queries_of(portal, path) == few


@pytest.mark.parametrize("model", MODELS)
def test_it_writes_none_of_it(portal: Client, model: str) -> None:
    rows(0, 1)
    assert portal.get(f"/admin/accounts/{model}/add/").status_code == 403
    page = portal.get(f"/admin/accounts/{model}/")
    assert "12.00 KGS is owed" in page.text or model != "notification"


def test_it_shows_what_the_sandbox_would_have_sent(portal: Client, settings: Settings) -> None:
    settings.DEMO_MODE = True
    code = codes.send(
        target="+996555123456",
        purpose=OneTimeCode.Purpose.LOGIN,
        user=None,
        is_sent=True,
        language="en",
        address="::1",
        at=NOON,
    )
    send_messages(at=NOON)
    page = portal.get("/admin/accounts/sandboxmessage/").text
    assert codes.digits_of(code) in page
    assert "+996555123456" in page
    assert codes.digits_of(code) not in portal.get("/admin/accounts/message/").text
