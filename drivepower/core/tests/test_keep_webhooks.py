"""Webhooks made, changed and tried out, their secrets, and events told once more."""

import json
from datetime import timedelta

import pytest

from drivepower.core import events, webhooks
from drivepower.core.models import Delivery, Event, Webhook
from drivepower.core.refusals import Refusal
from drivepower.core.tests.hooks import FLEET, NOON, fan_out, hook, kinds_heard, record, told, verified
from drivepower.core.tests.loopback import Receiver
from drivepower.core.webhooks import fanning

# Deliveries are sent on threads of their own.
pytestmark = pytest.mark.django_db(transaction=True)


def test_both_secrets_sign_for_a_day_after_a_change(receiver: Receiver) -> None:
    webhook = hook(receiver)
    old = webhook.secret
    new = webhooks.rotate(webhook=webhook, at=NOON)
    for hours in (0, 23, 25):
        record()
        told(NOON + timedelta(hours=hours))
    assert [(verified(heard, old), verified(heard, new)) for heard in receiver.heard] == [
        (True, True), (True, True), (False, True),
    ]  # fmt: skip
    assert [webhooks.forget_previous_secrets(at=NOON + timedelta(hours=hours)) for hours in (23, 24, 25)] == [0, 1, 0]
    with pytest.raises(Refusal):
        webhooks.rotate(webhook=webhook, at=NOON)  # as it was before


def test_it_sends_what_was_sent_again(receiver: Receiver) -> None:
    webhook, other = hook(receiver, "session.*"), hook(receiver, path="other")
    hours = [NOON + timedelta(hours=number) for number in range(4)]
    for at in hours:
        record(at=at)
    record("alert.opened", at=hours[1])
    told(hours[3])
    Delivery.objects.filter(webhook=webhook).update(state="given_up")
    first = len(kinds_heard(receiver))
    assert webhooks.replay(webhook=webhook, since=hours[1], until=hours[3], at=hours[3]) == 2
    assert told(hours[3]) == {"done": 2}
    again = receiver.heard[-2:]
    assert len(kinds_heard(receiver)) == first + 2
    assert {heard.path for heard in again} == {"/hook"}
    assert [json.loads(heard.body)["timestamp"][11:13] for heard in again] == ["13", "14"]
    assert other.deliveries.filter(state="waiting").count() == 0


def test_it_can_be_tried_out(receiver: Receiver) -> None:
    webhook = hook(receiver, "session.settled", company=FLEET)
    hook(receiver, path="other")
    webhooks.test(webhook=webhook, at=NOON)
    assert told() == {"done": 1}
    assert [(heard.path, json.loads(heard.body)["type"]) for heard in receiver.heard] == [("/hook", "webhook.test")]


@pytest.mark.parametrize(
    ("url", "kinds"),
    [
        ("http://example.com/", ["*"]),
        ("https://10.0.0.1/", ["*"]),
        ("https://user:pw@example.com/", ["*"]),
        ("https://example.com/", []),
        ("https://example.com/", ["session"]),
        ("https://example.com/", ["bogus.kind"]),
        ("https://example.com/", ["bogus.*"]),
        ("https://example.com/", ["session.settled", "session.bogus"]),
        ("https://example.com/", ["session.*", "'; DROP"]),
        ("https://example.com/", ["*"] * 51),
    ],
)
def test_it_refuses_what_could_never_be_told(url: str, kinds: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        webhooks.make(name="x", url=url, kinds=kinds, company=None, by="staff:1", at=NOON)
    assert (refused.value.code, Webhook.objects.count()) == ("invalid_parameters", 0)


def test_events_are_forgotten_with_their_deliveries(receiver: Receiver) -> None:
    hook(receiver)
    record(at=NOON - timedelta(days=30, seconds=1))
    record(at=NOON)
    told()
    assert events.forget_events(at=NOON) == 1
    assert (Event.objects.get().at, Delivery.objects.count()) == (NOON, 1)


def test_the_outbox_is_read_in_parts(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanning, "AT_ONCE", 2)
    hook(receiver)
    for _ in range(5):
        record()
    assert fan_out() == 5
    assert fan_out() == 0
