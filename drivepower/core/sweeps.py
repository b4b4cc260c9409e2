"""What sweeps leave behind: one log line and one row for a run that did something, and when each of them last ran."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from drivepower.core.models import Sweep, SweepRun

# For how long operators can look back.
KEPT = timedelta(days=90)
FORGET_AT_ONCE = 1000

log = structlog.stdlib.get_logger(__name__)


@contextmanager
def swept(name: str, *, at: datetime) -> Iterator[dict[str, int]]:
    """Run a sweep: what it counts into the dict (by what was done) is logged and kept; an error is kept and raised."""
    did: dict[str, int] = {}
    began = time.monotonic()
    try:
        yield did
    except Exception as error:
        _keep(name, did, began, f"{type(error).__name__}: {error}"[:500], at=at)
        raise
    _keep(name, did, began, "", at=at)


def _keep(name: str, did: dict[str, int], began: float, error: str, *, at: datetime) -> None:
    took_ms = int((time.monotonic() - began) * 1000)
    counted = {what: count for what, count in did.items() if count}
    with transaction.atomic():
        Sweep.objects.update_or_create(name=name, defaults={"last_at": at, "took_ms": took_ms, "error": error})
        if counted or error:
            SweepRun.objects.create(name=name, made_at=at, took_ms=took_ms, did=counted, error=error)
    if counted or error:
        log.info("swept", sweep=name, took_ms=took_ms, error=error or None, **counted)


def forget_old_runs(*, at: datetime) -> int:
    """Delete runs that are older than anybody looks back; answers how many."""
    old = SweepRun.objects.filter(made_at__lt=at - KEPT).order_by("made_at")[:FORGET_AT_ONCE]
    return SweepRun.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]
