"""The work of a dry run, in steps of bounded size: whoever takes it up goes on where the last one stopped."""

import time
from datetime import datetime
from itertools import pairwise

from django.db.models import Q

from charging.dry_run import keeping
from charging.dry_run.comparing import UNREADABLE, UNUSABLE, compare
from charging.dry_run.keeping import Run
from charging.dry_run.sums import LeftOut
from charging.models import Session
from drivepower.core import doorbell

# So many sessions are in memory at once, and for so long one task works before it lets the next one go on.
STEP, SECONDS = 500, 45.0
WITH = (
    "station__location",
    "connector__tariff_plan",
    "connector__station__location",
    "connector__station__own_plan",
    "connector__station__tariff_plan",
    "price_terms",
)


def run(*, key: str, at: datetime) -> None:
    """Work on the dry run of that key until it is done, or hand it on; nothing where another worker has it."""
    if not keeping.claim(key):
        return
    try:
        found = keeping.load(key)
        if found is None or found.state in keeping.OVER:
            return
        try:
            is_done = go_on(key, found, at=at)
        except Exception:
            found.state = keeping.FAILED
            keeping.save(key, found)
            raise
    finally:
        keeping.let_go(key)
    if not is_done:
        doorbell.hint(keeping.TASK, key)


def go_on(key: str, found: Run, *, at: datetime) -> bool:
    """Step by step, each kept whole; whether the end was reached."""
    end = time.monotonic() + SECONDS
    found.state = keeping.RUNNING
    while step := next_step(found):
        work(step, found, at=at)
        last = step[-1]
        found.done += len(step)
        found.after = (last.started_at or found.ask.since, last.pk)
        found.heard_at = at
        if not keeping.save(key, found):
            return True
        if time.monotonic() > end:
            return False
    found.state = keeping.DONE
    keeping.save(key, found)
    return True


def work(step: list[Session], found: Run, *, at: datetime) -> None:
    """Compare the sessions; where one of them cannot be priced at all, each by itself, so that it alone is left out."""
    fresh = found.sums.copy()
    try:
        compare(step, found.ask.edition, fresh, at=at)
        found.sums = fresh
        return
    except UNUSABLE:
        if len(step) == 1:
            found.sums.leave_out(LeftOut(step[0].pk, UNREADABLE, step[0].settlements.latest("revision").total))
            return
    middle = len(step) // 2
    for start, stop in pairwise([0, middle, len(step)]):
        work(step[start:stop], found, at=at)


def next_step(found: Run) -> list[Session]:
    """The sessions after the last one."""
    rows = found.ask.sessions()
    if found.after is not None:
        moment, key = found.after
        rows = rows.filter(Q(started_at__gt=moment) | Q(pk__gt=key), started_at__gte=moment)
    return list(rows.select_related(*WITH)[:STEP])
