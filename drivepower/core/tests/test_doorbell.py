import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection, transaction
from pytest_django import Settings
from redis import Redis

from drivepower.core import doorbell
from drivepower.core.tests.waiting import PATIENCE_SECONDS, until

QUEUE = "drivepower:celery"


@pytest.fixture
def broker() -> Iterator["Redis"]:
    until(lambda: doorbell.bell().rings.unfinished_tasks == 0)  # of the test before
    with Redis.from_url(settings.REDIS_URL) as client:
        client.delete(QUEUE)
        yield client
        client.delete(QUEUE)


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def tasks_in(broker: Redis) -> list[str]:
    messages: Any = broker.lrange(QUEUE, 0, -1)
    return [json.loads(message)["headers"]["task"] for message in reversed(messages)]


async def listen(group: str) -> tuple[Any, str]:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return layer, channel


async def next_message(layer: Any, channel: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        message: dict[str, Any] = await layer.receive(channel)
    await layer.flush()
    return message


async def in_thread(work: Callable[[], None]) -> None:
    def run() -> None:
        work()
        connection.close()

    await asyncio.to_thread(run)


def test_it_hands_a_task_to_the_broker(broker: Redis) -> None:
    doorbell.hint("charging.settle", 41)
    until(lambda: tasks_in(broker) == ["charging.settle"])
    message: Any = broker.lindex(QUEUE, 0)
    assert json.loads(message)["headers"]["argsrepr"] == "(41,)"


async def test_it_rings_the_gateway_that_is_named() -> None:
    gateway_id = uuid.uuid4()
    layer, channel = await listen(f"gateway.{gateway_id.hex}")
    doorbell.ring_gateway(uuid.uuid4(), {"type": "command.queued", "for": "another"})
    doorbell.ring_gateway(gateway_id, {"type": "command.queued"})
    assert await next_message(layer, channel) == {"type": "command.queued"}


def test_it_rings_nobody_for_a_station_without_a_socket() -> None:
    bell = doorbell.bell()
    bell.rings.join()
    doorbell.ring_gateway(None, {"type": "command.queued"})
    assert bell.rings.unfinished_tasks == 0


@pytest.mark.django_db(transaction=True)
async def test_it_rings_after_the_commit() -> None:
    layer, channel = await listen("portal")

    def ring_early_from_a_transaction() -> None:
        with transaction.atomic():
            doorbell.tell_portal({"type": "told.first"})
            other = threading.Thread(target=doorbell.tell_portal, args=[{"type": "told.second"}])
            other.start()
            other.join()

    await in_thread(ring_early_from_a_transaction)
    assert await next_message(layer, channel) == {"type": "told.second"}


@pytest.mark.django_db(transaction=True)
async def test_it_stays_silent_after_a_rollback() -> None:
    layer, channel = await listen("portal")

    def roll_back() -> None:
        with transaction.atomic():
            doorbell.tell_portal({"type": "never"})
            transaction.set_rollback(True)
        doorbell.tell_portal({"type": "after"})

    await in_thread(roll_back)
    assert await next_message(layer, channel) == {"type": "after"}


def test_it_raises_nothing_while_the_broker_is_away(settings: Settings, broker: Redis, closed_port: int) -> None:
    present = settings.CELERY_BROKER_URL
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{closed_port}/0"
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [settings.CELERY_BROKER_URL]},
        }
    }
    doorbell.hint("charging.settle", 1)
    doorbell.tell_portal({"type": "lost"})
    until(lambda: doorbell.bell().rings.unfinished_tasks == 0)
    assert tasks_in(broker) == []
    settings.CELERY_BROKER_URL = present
    doorbell.hint("charging.settle", 2)
    until(lambda: tasks_in(broker) == ["charging.settle"])


def test_it_lets_the_caller_go_while_the_broker_does_not_answer(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        doorbell.hint("charging.settle", 1)
        assert doorbell.bell().rings.unfinished_tasks == 1
        until(lambda: doorbell.bell().rings.unfinished_tasks == 0)


class Stuck:
    def __init__(self) -> None:
        self.free = threading.Event()

    def ring(self, runner: asyncio.Runner) -> None:
        self.free.wait(PATIENCE_SECONDS)


def test_it_drops_what_is_too_much() -> None:
    bell, stuck = doorbell.Bell(), Stuck()
    bell.push(stuck)
    until(bell.rings.empty)
    for _ in range(doorbell.CAPACITY + 10):
        bell.push(stuck)
    assert bell.rings.qsize() == doorbell.CAPACITY
    stuck.free.set()
    until(lambda: bell.rings.unfinished_tasks == 0)


FORK = """
import os, django
django.setup()
from drivepower.core import doorbell
doorbell.hint("of.the.parent")
doorbell.bell().rings.join()
child = os.fork()
doorbell.hint("of.the.child" if child == 0 else "of.the.parent")
doorbell.bell().rings.join()
if child == 0:
    os._exit(0)
os._exit(os.waitpid(child, 0)[1])
"""


def test_it_rings_from_a_forked_child_too(broker: Redis) -> None:
    environment = {"DJANGO_SETTINGS_MODULE": "drivepower.settings", "REDIS_URL": settings.REDIS_URL}
    subprocess.run(  # noqa: S603  # our own interpreter and text
        [sys.executable, "-W", "ignore", "-c", FORK],
        env={**os.environ, **environment},
        check=True,
        timeout=60,
    )
    assert sorted(tasks_in(broker)) == ["of.the.child", "of.the.parent", "of.the.parent"]
