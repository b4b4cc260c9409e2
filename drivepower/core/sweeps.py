"""What sweeps leave behind: a log line for a run that did something, a row for a few of these, and when each ran."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.db import transaction
from django.utils import timezone

from drivepower.core.forgetting import forget
from drivepower.core.models import Sweep, SweepRun

# For how long operators can look back.
KEPT = timedelta(days=90)
# What a sweep does within so long stands in one row.
TOGETHER = timedelta(minutes=5)

log = structlog.stdlib.get_logger(__name__)


class Act(Protocol):
    """A verb that does everything that is due, and answers how much that was."""

    def __call__(self, *, at: datetime) -> int: ...


def run(name: str, **acts: Act) -> int:
    """Run a sweep now: its acts one after the other, each counted under the name that it is given; answers the sum."""
    at = timezone.now()
    with swept(name, at=at) as did:
        for what, act in acts.items():
            did[what] = act(at=at)
    return sum(did.values())


@contextmanager
def swept(name: str, *, at: datetime) -> Iterator[dict[str, int]]:
    """Run a sweep: what it counts into the dict (by what was done) is logged and kept; an error is kept and raised."""
    did: dict[str, int] = {}
    began = time.monotonic()
    try:
        yield did
    except Exception as error:
        _keep(Sweep(name=name, last_at=at, took_ms=_ms(time.monotonic() - began), error=_said(error)), did)
        raise
    _keep(Sweep(name=name, last_at=at, took_ms=_ms(time.monotonic() - began)), did)


def _keep(sweep: Sweep, did: dict[str, int]) -> None:
    counted = {what: count for what, count in did.items() if count}
    with transaction.atomic():
        Sweep.objects.bulk_create(
            [sweep], update_conflicts=True, unique_fields=["name"], update_fields=["last_at", "took_ms", "error"]
        )
        if counted or sweep.error:
            _add(sweep, counted)
    if counted or sweep.error:
        log.info("swept", sweep=sweep.name, took_ms=sweep.took_ms, did=counted, error=sweep.error or None)


def _add(sweep: Sweep, counted: dict[str, int]) -> None:
    """Add it to what the sweep did just before; its own row is locked, so nobody else adds meanwhile."""
    lately = SweepRun.objects.filter(made_at__gt=sweep.last_at - TOGETHER, name=sweep.name, error=sweep.error)
    run = lately.order_by("made_at").last()
    if run is None:
        run = SweepRun(name=sweep.name, made_at=sweep.last_at, took_ms=0, error=sweep.error)
    run.did = {what: run.did.get(what, 0) + counted.get(what, 0) for what in run.did | counted}
    run.took_ms += sweep.took_ms
    run.save()


def _ms(seconds: float) -> int:
    return max(0, int(seconds * 1000))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def forget_old_runs(*, at: datetime) -> int:
    """Delete runs that are older than anybody looks back; answers how many."""
    return forget(SweepRun.objects.filter(made_at__lt=at - KEPT).order_by("made_at"))
