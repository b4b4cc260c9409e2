"""How sweeps ask providers: one round of a kind at a time, each row by one of them, and never for long."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.db import connection

from billing.models import PaymentRefund, TopUp
from billing.payments.protocol import ProviderAway, ProviderTrouble

Row = TypeVar("Row", TopUp, PaymentRefund)

AT_MOST = 100
# Slow answers end a round long before the worker's time is up; the next one begins with who waited longest.
ROUND_SECONDS = 20.0


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether nobody else is in the round of that name; whoever dies in it leaves it.

    The lock has a connection of its own, because ours is given back to its pool while a provider is asked.
    """
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
            mine: bool = cursor.fetchone()[0]
            try:
                yield mine
            finally:
                if mine:
                    cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
    finally:
        own.close()


def ask_each(rows: Iterable[Row], ask: Callable[[Row], str], *, at: datetime) -> Counter[str]:
    """Ask about each, except at a provider that was away a moment ago; counts the answers, the empty one excepted."""
    did: Counter[str] = Counter()
    away: set[str] = set()
    until = time.monotonic() + ROUND_SECONDS
    for row in rows:
        if time.monotonic() > until:
            break
        if row.provider in away or not claim(row, at):
            continue
        try:
            answer = ask(row)
        except ProviderTrouble as trouble:
            did["unanswered"] += 1
            if isinstance(trouble, ProviderAway):
                away.add(row.provider)
            continue
        if answer:
            did[answer] += 1
    return did


def claim(row: TopUp | PaymentRefund, at: datetime) -> bool:
    """Take one to ask about; False where another round has."""
    mine = type(row)._default_manager.filter(pk=row.pk, asked_at=row.asked_at)
    return mine.update(asked_at=at) == 1
