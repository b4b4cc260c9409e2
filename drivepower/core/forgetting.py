"""Deletes what is kept no longer: in rounds, until nothing of it is left or the time is over."""

import time
from typing import Any

from django.db.models import QuerySet

AT_ONCE = 1000
# Each of the few of one task; the task itself has two minutes.
SECONDS = 20.0


def forget(rows: "QuerySet[Any]") -> int:
    """Delete the rows, the first of their order first, with what hangs on them; answers how many rows that were."""
    deadline, forgotten = time.monotonic() + SECONDS, 0
    while True:
        keys = list(rows.values_list("pk", flat=True)[:AT_ONCE])
        rows.model._base_manager.filter(pk__in=keys).delete()
        forgotten += len(keys)
        if len(keys) < AT_ONCE or time.monotonic() > deadline:
            return forgotten
