"""The limits thread: prices running sessions as their readings come in, and has those stopped that reach a limit."""

import threading
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

import structlog
from django.db import connections
from django.utils import timezone

from charging import limits
from charging.models import Session
from ocpp_consumer.journal import facts

EACH_AT_MOST_EVERY = 1.0
# After a look so much time passes before the next: a look at many costs little more than a look at one.
TOGETHER = 0.25
SWEEP_EVERY = 10.0
AFTER_FAILURE = 1.0

log = structlog.stdlib.get_logger(__name__)


class Limiter:
    """One thread per gateway, with a connection of its own; stop conditions depend on nothing else."""

    def __init__(self, *, gateway_id: uuid.UUID, post: Callable[[facts.Fact], None]) -> None:
        self._gateway_id = gateway_id
        self._post = post
        self._touched: set[int] = set()
        self._looked: dict[int, float] = {}
        # When their last readings came in, and when those that are near a limit are to be looked at again.
        self._heard: dict[int, datetime] = {}
        self._timers: dict[int, float] = {}
        self._swept = time.monotonic()
        self._wake = threading.Condition()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="limits", daemon=True)
        self._thread.start()

    def touch(self, session_ids: Iterable[int]) -> None:
        """These sessions have new readings."""
        with self._wake:
            self._touched.update(keys := list(session_ids))
            self._heard.update(dict.fromkeys(keys, timezone.now()))
            self._wake.notify()

    def stop(self) -> None:
        """End the thread after what it is doing."""
        with self._wake:
            self._ending.set()
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        leave_the_pool()
        while not self._ending.wait(TOGETHER):
            try:
                self._look(self._due())
            except Exception:
                log.exception("limits were not looked at; they will be at once")
                connections.close_all()
                self._ending.wait(AFTER_FAILURE)
        connections.close_all()

    def _due(self) -> set[int]:
        """Wait until sessions may be looked at again, reach a limit, or until the sweep; which they are."""
        with self._wake:
            if not self._ending.is_set():
                self._wake.wait(self._pause())
            now = time.monotonic()
            due = {key for key in self._touched if now - self._looked.get(key, 0.0) >= EACH_AT_MOST_EVERY}
            due |= {key for key, at in self._timers.items() if at <= now}
        if now - self._swept >= SWEEP_EVERY:
            due |= self._running()
            self._swept = now
        return due

    def _pause(self) -> float:
        now = time.monotonic()
        looks = [self._looked.get(key, 0.0) + EACH_AT_MOST_EVERY for key in self._touched]
        return max(0.0, min([self._swept + SWEEP_EVERY, *looks, *self._timers.values()]) - now)

    def _running(self) -> set[int]:
        """All running sessions of this gateway's stations; who has ended is forgotten."""
        running = [Session.State.ACTIVE, Session.State.STOPPING]
        found = set(
            Session.objects.filter(state__in=running, station__gateway=self._gateway_id).values_list("pk", flat=True)
        )
        self._looked = {key: at for key, at in self._looked.items() if key in found}
        with self._wake:
            self._heard = {key: at for key, at in self._heard.items() if key in found}
        return found

    def _look(self, due: set[int]) -> None:
        if not due:
            return
        now, at = time.monotonic(), timezone.now()
        with self._wake:
            heard = {key: self._heard[key] for key in due if key in self._heard}
            self._touched -= due
        try:
            found = limits.touched(session_ids=due, at=at, heard=heard)
        except Exception:
            with self._wake:
                self._touched |= due
            raise
        self._looked.update(dict.fromkeys(due, now))
        for key in due:
            self._timers.pop(key, None)
        for one in found:
            self._tell(one, now=now, at=at)

    def _tell(self, one: limits.Touched, *, now: float, at: datetime) -> None:
        if one.again_in is not None:
            self._timers[one.session_id] = now + one.again_in
        if one.cost is not None:
            meter = facts.Meter(one.session_id, energy_wh=one.energy_wh, last_reading_at=one.read_at)
            self._post(meter._replace(running_cost=one.cost, cost_at=at))


def leave_the_pool() -> None:
    """Give this thread a connection of its own: a pool that others have emptied must not stop a limit."""
    own = connections["default"].copy()
    own.settings_dict["OPTIONS"].pop("pool", None)
    connections["default"] = own
