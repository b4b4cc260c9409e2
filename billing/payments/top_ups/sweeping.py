"""The sweep that guarantees what callbacks only make sooner."""

from collections import Counter
from datetime import datetime

from django.db.models import F, QuerySet

from billing.models import TopUp
from billing.payments.rounds import AT_MOST, ask_each
from billing.payments.top_ups.asking import check_top_up


def sweep_top_ups(*, at: datetime) -> dict[str, int]:
    """Ask about every top-up that may have been paid; answers how many came to which state, or got no answer."""
    return dict(ask_all(TopUp.objects.to_ask(at=at)[:AT_MOST], at=at))


def watch_credited(*, at: datetime) -> dict[str, int]:
    """Ask once a day about payments that were credited: whoever pays can have money taken back; answers the same."""
    return dict(ask_all(TopUp.objects.to_watch(at=at)[:AT_MOST], at=at))


def ask_all(found: QuerySet[TopUp], *, at: datetime) -> Counter[str]:
    """Ask about each, and count those whose state is another one now."""

    def ask(top_up: TopUp) -> str:
        TopUp.objects.filter(pk=top_up.pk).update(asked_times=F("asked_times") + 1)
        state = check_top_up(top_up_id=top_up.pk, at=at)
        return "" if state == top_up.state else state.value

    return ask_each(found, ask, at=at)
