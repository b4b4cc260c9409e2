"""What sweeps leave behind: one log line and one row for a run that did something, and when each of them last ran."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.db import transaction
from django.utils import timezone

from drivepower.core.models import Sweep, SweepRun

# For how long operators can look back.
KEPT = timedelta(days=90)
FORGET_AT_ONCE = 1000

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
            SweepRun.objects.create(
                name=sweep.name, made_at=sweep.last_at, took_ms=sweep.took_ms, did=counted, error=sweep.error
            )
    if counted or sweep.error:
        log.info("swept", sweep=sweep.name, took_ms=sweep.took_ms, did=counted, error=sweep.error or None)


def _ms(seconds: float) -> int:
    return max(0, int(seconds * 1000))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def forget_old_runs(*, at: datetime) -> int:
    """Delete runs that are older than anybody looks back; answers how many."""
    old = SweepRun.objects.filter(made_at__lt=at - KEPT).order_by("made_at")[:FORGET_AT_ONCE]
    return SweepRun.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]
