"""The sweep that guarantees what callbacks only make sooner."""

import time
from collections import Counter
from datetime import datetime

from django.db.models import F, QuerySet

from billing.models import TopUp
from billing.payments.protocol import ProviderAway, ProviderTrouble
from billing.payments.top_ups.asking import check_top_up

AT_MOST = 100
# Slow answers end a round before the worker's time is up; the next one begins with who waited longest.
ROUND_SECONDS = 60.0


def sweep_top_ups(*, at: datetime) -> dict[str, int]:
    """Ask about every top-up that may have been paid; answers how many came to which state, or got no answer."""
    return dict(ask_all(TopUp.objects.to_ask(at=at)[:AT_MOST], at=at))


def watch_credited(*, at: datetime) -> dict[str, int]:
    """Ask once a day about payments that were credited: whoever pays can have money taken back; answers the same."""
    return dict(ask_all(TopUp.objects.to_watch(at=at)[:AT_MOST], at=at))


def ask_all(found: QuerySet[TopUp], *, at: datetime) -> Counter[str]:
    """Ask about each, except at a provider that was away a moment ago."""
    did: Counter[str] = Counter()
    away: set[str] = set()
    until = time.monotonic() + ROUND_SECONDS
    for top_up in found:
        if time.monotonic() > until:
            break
        if top_up.provider in away or not claim(top_up, at):
            continue
        try:
            state = check_top_up(top_up_id=top_up.pk, at=at)
        except ProviderTrouble as trouble:
            did["unanswered"] += 1
            if isinstance(trouble, ProviderAway):
                away.add(top_up.provider)
            continue
        if state != top_up.state:
            did[state.value] += 1
    return did


def claim(top_up: TopUp, at: datetime) -> bool:
    """Take one to ask about; False where another sweep has."""
    mine = TopUp.objects.filter(pk=top_up.pk, asked_at=top_up.asked_at)
    return mine.update(asked_at=at, asked_times=F("asked_times") + 1) == 1
