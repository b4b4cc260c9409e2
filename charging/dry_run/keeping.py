"""Where a dry run waits, goes on and is read: in Valkey, for an hour, found only by the person who asked."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.cache import cache

from accounts.models import User
from charging.dry_run.asking import Ask
from charging.dry_run.sums import Sums
from drivepower.core import doorbell

TASK = "charging.dry_run"
KEPT_SECONDS = 60 * 60
# A worker that says nothing for longer than a task may last is gone.
CLAIM_SECONDS = 130
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
OVER = (DONE, FAILED)


@dataclass
class Run:
    """A dry run as far as it has come; `after` is the start and key of the last session that was counted."""

    ask: Ask
    asked_at: datetime
    state: str = WAITING
    done: int = 0
    after: tuple[datetime, int] | None = None
    heard_at: datetime | None = None
    sums: Sums = field(default_factory=Sums)

    @property
    def percent(self) -> int:
        """How much of its time has been gone through."""
        if self.state == DONE:
            return 100
        if self.after is None:
            return 0
        return min(99, int(100 * ((self.after[0] - self.ask.since) / (self.ask.until - self.ask.since))))


def begin(*, ask: Ask, by: User, at: datetime) -> str:
    """Lay it down for a worker; the token by which that person finds it."""
    token = secrets.token_urlsafe(18)
    key = key_of(token, by)
    cache.set(key, Run(ask, at), KEPT_SECONDS)
    doorbell.hint(TASK, key)
    return token


def find(*, token: str, by: User) -> Run | None:
    """The run of that token, if it is this person's and not too old."""
    return load(key_of(token, by)) if token else None


def look_after(*, token: str, by: User, run: Run, at: datetime) -> None:
    """Ring again for one that nobody has worked on for long: whoever waits for it is the guarantee that it goes on."""
    if run.state not in OVER and (run.heard_at or run.asked_at) < at - timedelta(seconds=CLAIM_SECONDS):
        doorbell.hint(TASK, key_of(token, by))


def load(key: str) -> Run | None:
    """The run under that key."""
    found: Run | None = cache.get(key)
    return found


def save(key: str, run: Run) -> bool:
    """Keep how far it has come; False where nobody waits for it any more."""
    if not cache.touch(key, KEPT_SECONDS):
        return False
    cache.set(key, run, KEPT_SECONDS)
    return True


def claim(key: str) -> bool:
    """Whether this worker alone goes on with it."""
    return bool(cache.add(f"{key}:worker", 1, CLAIM_SECONDS))


def let_go(key: str) -> None:
    """Let another worker go on."""
    cache.delete(f"{key}:worker")


def key_of(token: str, by: User) -> str:
    """Where it lies."""
    return f"dry-run:{by.public_id}:{token[:64]}"
