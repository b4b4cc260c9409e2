"""What can be turned off without a deploy: what has no row is on, and what is asked is remembered for a moment.

Rooms say at their import which switches they honour; only those can be turned.
"""

import time
from datetime import datetime
from typing import Any

from django.db import transaction

from drivepower.core.models import Switch
from drivepower.core.refusals import Refusal

# So long another process may go on as before.
FRESH_SECONDS = 3.0
STARTS, SIGNUP = "starts", "signup"

_declared: dict[str, Any] = {}
_off: tuple[float, frozenset[str]] | None = None


def provider(name: str) -> str:
    """The switch of a payment provider."""
    return f"provider:{name}"


def declare(name: str, words: Any) -> None:
    """There is such a switch, and this is what it turns, for people."""
    _declared[name] = words


def declared() -> dict[str, Any]:
    """Every switch by name, with what it turns."""
    return dict(sorted(_declared.items()))


def is_on(name: str) -> bool:
    """Whether it is on; one query in FRESH_SECONDS for all of them."""
    global _off
    now, kept = time.monotonic(), _off
    if kept is None or now - kept[0] >= FRESH_SECONDS:
        kept = (now, frozenset(Switch.objects.filter(is_on=False).values_list("name", flat=True)))
        _off = kept
    return name not in kept[1]


def forget() -> None:
    """Ask again at the next occasion."""
    global _off
    _off = None


@transaction.atomic
def turn(*, name: str, is_on: bool, note: str = "", by: str, at: datetime) -> Switch:
    """Turn it, with who, when and why; Refusal switch_not_found."""
    if name not in _declared:
        raise Refusal("switch_not_found", "There is no such switch.")
    fresh = {"is_on": is_on, "note": note[:200], "changed_by": by, "changed_at": at}
    switch, _ = Switch.objects.update_or_create(name=name, defaults=fresh)
    forget()
    transaction.on_commit(forget)  # another thread may have read the row as it was
    return switch


def keep_rows(*, at: datetime) -> None:
    """A row for each switch that has none yet, so that people find all of them in one list."""
    Switch.objects.bulk_create(
        [Switch(name=name, changed_by="", changed_at=at) for name in _declared], ignore_conflicts=True
    )
