"""Taxes that were announced for later, so that plans which are made meanwhile get them too."""

from datetime import datetime

from billing.models import TaxChange


def announced_taxes(*, since: datetime, until: datetime | None) -> list[TaxChange]:
    """The changes of tax that come between these two moments (None: at any time later), in order.

    One that was made later takes the place of all that were to come from its day on, as it does in plans.
    """
    standing: list[TaxChange] = []
    for change in TaxChange.objects.order_by("-pk"):
        if not standing or change.in_force_from < standing[-1].in_force_from:
            standing.append(change)
    coming = [change for change in standing if since < change.in_force_from]
    return [change for change in reversed(coming) if until is None or change.in_force_from < until]
