"""Rings Celery, gateways and browsers after a commit; a lost ring costs only delay, because sweeps are the guarantee.

One daemon thread per process does the ringing, so that no caller ever waits for a broker, and it keeps one connection
to Celery's broker and one to the channel layer, so that a ring opens none of its own.
"""

import asyncio
import os
import queue
import threading
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import structlog
from celery import Celery
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection, transaction

# What waits beyond this is dropped: a broker that is away must not fill the memory.
CAPACITY = 1000
PATIENCE_SECONDS = 2.0

log = structlog.stdlib.get_logger(__name__)


class Ring(Protocol):
    """Something to be rung on the doorbell's thread."""

    def ring(self, runner: asyncio.Runner) -> None: ...


@dataclass(frozen=True)
class Hint:
    """A Celery task that should look now."""

    task: str
    args: tuple[int | str, ...]

    def ring(self, runner: asyncio.Runner) -> None:
        """Hand the task to the broker, once."""
        sender(settings.CELERY_BROKER_URL).send_task(self.task, args=self.args, retry=False, ignore_result=True)


@dataclass(frozen=True)
class GroupMessage:
    """A message to everyone who listens on a channel-layer group."""

    group: str
    message: dict[str, Any]

    def ring(self, runner: asyncio.Runner) -> None:
        """Publish it on the thread's own event loop."""
        runner.run(self.publish())

    async def publish(self) -> None:
        """Give up when the layer does not take it in time."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await get_channel_layer().group_send(self.group, self.message)


class Bell:
    """The queue of rings and the thread that rings them."""

    def __init__(self) -> None:
        self.rings: queue.Queue[Ring] = queue.Queue(CAPACITY)
        threading.Thread(target=self.run, name="doorbell", daemon=True).start()

    def push(self, ring: Ring) -> None:
        """Take a ring without waiting; drop it when too many wait."""
        try:
            self.rings.put_nowait(ring)
        except queue.Full:
            log.debug("doorbell is full, a ring is dropped", ring=ring)

    def run(self) -> None:
        """Ring one after another, for as long as the process lives."""
        with asyncio.Runner() as runner:
            while True:
                ring = self.rings.get()
                try:
                    ring.ring(runner)
                except Exception as error:  # whatever the broker does, the next ring gets its try
                    log.debug("doorbell was not heard", ring=ring, error=repr(error))
                finally:
                    self.rings.task_done()


@lru_cache(maxsize=1)
def sender(broker_url: str) -> Celery:
    """A Celery application that only sends: it gives up in time where a worker would try again for ever."""
    app = Celery("doorbell", broker=broker_url, set_as_current=False)
    app.conf.update(
        broker_connection_timeout=PATIENCE_SECONDS,
        broker_transport_options={
            **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            "socket_connect_timeout": PATIENCE_SECONDS,
            "socket_timeout": PATIENCE_SECONDS,
            "max_retries": 0,
        },
    )
    return app


_making = threading.Lock()
_bell: Bell | None = None


def bell() -> Bell:
    """This process's bell, made by its first ring."""
    global _bell
    with _making:
        if _bell is None:
            _bell = Bell()
        return _bell


def forget_parent() -> None:
    """In a forked child: its parent's thread, lock and connections are not there."""
    global _making, _bell
    _making, _bell = threading.Lock(), None
    sender.cache_clear()


os.register_at_fork(after_in_child=forget_parent)


def ring_after_commit(ring: Ring) -> None:
    """Ring when the open transaction commits, now if there is none; never opens a connection to find out."""
    if connection.in_atomic_block:
        transaction.on_commit(lambda: bell().push(ring), robust=True)
    else:
        bell().push(ring)


def hint(task: str, *args: int | str) -> None:
    """Ask Celery to run a task soon, by its name."""
    ring_after_commit(Hint(task, args))


def ring_gateway(gateway_id: uuid.UUID | None, message: dict[str, Any]) -> None:
    """Ring the server process that holds a station's socket; nothing for a station that holds none."""
    if gateway_id is not None:
        ring_after_commit(GroupMessage(f"gateway.{gateway_id.hex}", message))


def tell_portal(message: dict[str, Any]) -> None:
    """Tell every open page of the portal; the message names its handler in `type`."""
    ring_after_commit(GroupMessage("portal", message))


def tell_readers() -> None:
    """Tell every open stream that an event was recorded."""
    ring_after_commit(GroupMessage("events", {"type": "events.recorded"}))
