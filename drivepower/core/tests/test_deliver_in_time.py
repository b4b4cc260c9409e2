"""Deliveries of one webhook are sent by one worker, each with the time that it is then, and a run ends in time."""

import json
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from drivepower.core import webhooks
from drivepower.core.alone import alone
from drivepower.core.models import Delivery
from drivepower.core.tests.hooks import NOON, fan_out, hook, record
from drivepower.core.tests.loopback import Receiver
from drivepower.core.tests.waiting import on_another_thread
from drivepower.core.webhooks import delivering
from drivepower.core.webhooks.delivering import LEASE

pytestmark = pytest.mark.django_db(transaction=True)


def many(receiver: Receiver, count: int, *, path: str = "hook") -> int:
    webhook = hook(receiver, path=path)
    for number in range(count):
        record(f"thing.n{number}")
    fan_out()
    return webhook.pk


def send() -> dict[str, int]:
    return webhooks.deliver(now=lambda: NOON)


def test_each_is_sent_at_its_own_time(receiver: Receiver) -> None:
    many(receiver, 3)
    asked: list[datetime] = []

    def now() -> datetime:
        asked.append(NOON + 2 * LEASE * len(asked))
        return asked[-1]

    assert webhooks.deliver(now=now) == {"done": 3}
    times = list(Delivery.objects.order_by("pk").values_list("last_at", flat=True))
    assert all(later - earlier >= LEASE for earlier, later in pairwise(times) if earlier and later)
    stamps = [int(heard.headers["webhook-timestamp"]) for heard in receiver.heard]
    assert stamps == sorted(set(stamps))


def test_two_runs_keep_the_order_of_a_webhook(receiver: Receiver) -> None:
    many(receiver, 8)
    receiver.delay = 0.02
    with on_another_thread(send), on_another_thread(send):
        send()
    while send():
        pass
    kinds = [json.loads(heard.body)["type"] for heard in receiver.heard]
    assert kinds == [f"thing.n{number}" for number in range(8)]


def test_who_comes_second_leaves_it_to_the_first(receiver: Receiver) -> None:
    webhook = many(receiver, 1)
    with alone(f"webhook {webhook}") as is_ours:
        assert is_ours
        assert send() == {}
    assert send() == {"done": 1}


def test_a_run_ends_in_time_and_leaves_the_rest_to_the_next(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(delivering.HOOKS_AT_ONCE + 2):
        hook(receiver, path=f"hook{number}")
    record()
    fan_out()
    receiver.delay = 3.2
    monkeypatch.setattr(delivering, "RUN_SECONDS", 3.0)
    assert send() == {"done": delivering.HOOKS_AT_ONCE}
    assert send() == {"done": 2}


def test_who_waits_longest_is_first(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    many(receiver, 1, path="late")
    many(receiver, 0, path="early")
    record()
    fan_out(at=NOON - timedelta(minutes=1))
    Delivery.objects.filter(webhook__name="late").update(next_at=NOON)
    monkeypatch.setattr(delivering, "HOOKS_AT_ONCE", 1)
    send()
    assert [heard.path for heard in receiver.heard] == ["/early", "/late", "/late"]
