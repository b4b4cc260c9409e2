"""Closing a month: it is counted, kept with its sums, and takes no entry from then on (a trigger)."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import Count, Max, Sum
from psycopg.errors import QueryCanceled

from billing import ledger
from billing.closing.comparing import days_differ
from billing.closing.obstacles import books_differ, last_whole, obstacles
from billing.closing.obstacles import days_differ as days_say_otherwise
from billing.closing.spans import Span, of_month
from billing.closing.sums import Moved, Taxed, as_json, moved, receipted, taxed
from billing.ledger import Difference
from billing.ledger.wallets import once
from billing.models import Capture, ClosedMonth, DayClose, Receipt, Transfer
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal

# So many of the newest transfers may not have been written to their end when all books were compared.
ON_THEIR_WAY = 1000
# As charges write them. Whoever has these locks knows that no entry is on its way, and keeps new ones waiting.
NONE_ON_ITS_WAY = "LOCK TABLE billing_capture, billing_transfer, billing_receipt IN SHARE MODE"
PATIENCE = "SET LOCAL lock_timeout = '5s'"
ZERO = Decimal(0)


def close_month(*, month: date, by: str, at: datetime) -> ClosedMonth:
    """Count a month of the seller (any day of it), and let it take no entries any more; late truth is of the open one.

    Refuses already_closed, month_not_over, earlier_month_open, days_not_closed, books_differ, and books_busy where
    entries of it were written meanwhile, or the database did not count them in time.
    """
    first = month.replace(day=1)
    try:
        for obstacle in obstacles(first, at=at):
            raise obstacle.refusal
        if differences_since(last_whole()):
            raise books_differ()
        return _close(first, by=by, at=at)
    except OperationalError as error:
        raise slow() if isinstance(error.__cause__, QueryCanceled) else busy() from error


def differences_since(last: DayClose | None) -> list[Difference]:
    """What does not add up of what has moved since all books were compared, in the night that counted that day.

    All of them are compared at night alone: that is more than anybody waits for.
    """
    return ledger.check_books(since=max(1, last.last_transfer - ON_THEIR_WAY)) if last else []


def _close(first: date, *, by: str, at: datetime) -> ClosedMonth:
    """Count it and keep what it came to."""
    span = of_month(first)
    # All is counted before the tables are locked: under the lock nothing is done but to see that it is still so.
    before, sums = marks(span), moved(span)
    if days_differ(first, sums):
        raise days_say_otherwise()
    totals = {"control": before, "currencies": dict(totals_of(first, span, sums))}
    fields = {"seller": settings.RECEIPT_SELLER, "month": first, "until": span.until}
    with once("already_closed", "This month is closed."):
        still(span, before)
        return ClosedMonth.objects.create(**fields, totals=totals, closed_by=by, closed_at=at)


def still(span: Span, before: dict[str, Any]) -> None:
    """Keep whoever writes entries waiting; refuses books_busy if the time has others than were counted."""
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        cursor.execute(NONE_ON_ITS_WAY)
    if marks(span) != before:
        raise busy()


def busy() -> Refusal:
    """That the month is still being written."""
    return Refusal("books_busy", "Entries were written meanwhile: try again.")


def slow() -> Refusal:
    """That the database has too much else to do."""
    return Refusal(
        "books_busy",
        "Counting took too long: try again when less is going on. If it does again, have the database looked at.",
    )


def marks(span: Span) -> dict[str, Any]:
    """How many entries a time has, up to which, and of how much: no two sets of them have the same."""
    found: dict[str, Any] = {}
    amounts = {Transfer: Sum("amount", default=ZERO), Receipt: Sum("gross", default=ZERO)}
    for model in (Transfer, Capture, Receipt):
        rows = model._default_manager.filter(made_at__gte=span.since, made_at__lt=span.until)
        sums = {"count": Count("pk"), "last": Max("pk"), "amount": amounts.get(model, Sum("net", default=ZERO))}
        said = rows.aggregate(**sums)
        found[str(model._meta.model_name)] = said | {"amount": str(said["amount"])}
    return found


def totals_of(month: date, span: Span, sums: dict[str, Moved]) -> Iterator[tuple[str, dict[str, Any]]]:
    """By currency: what each account had, how it moved, what it has; what was receipted under each tax."""
    said, taxes = receipted(span), taxed(span)
    brought = brought_of(month)
    for currency in sorted({*sums, *brought, *said}):
        of_currency = sums.get(currency, Moved())
        yield (
            currency,
            {
                **as_json(of_currency, currency),
                "opening": {name: plain(amount, currency) for name, amount in brought.get(currency, {}).items()},
                "closing": closing(brought.get(currency, {}), of_currency, currency),
                "receipts": said.get(currency, {}),
                "taxes": [tax_as_json(one) for one in taxes if one.currency == currency],
            },
        )


def brought_of(month: date) -> dict[str, dict[str, Decimal]]:
    """What the accounts had when the month began, as the last one that was closed says: between them nothing moved."""
    last = ClosedMonth.objects.filter(seller=settings.RECEIPT_SELLER, month__lt=month).order_by("-month").first()
    said = last.totals["currencies"] if last else {}
    return {
        currency: {name: Decimal(amount) for name, amount in one["closing"].items()} for currency, one in said.items()
    }


def closing(brought: dict[str, Decimal], of_currency: Moved, currency: str) -> dict[str, str]:
    """What each account has in the end; all of them sum to 0."""
    names = sorted({*brought, *of_currency.accounts})
    ends = {name: brought.get(name, ZERO) + sum(of_currency.accounts[name].values(), ZERO) for name in names}
    return {name: plain(amount, currency) for name, amount in ends.items()}


def tax_as_json(one: Taxed) -> dict[str, str]:
    """What was receipted under one tax."""
    amounts = {name: plain(getattr(one, name), one.currency) for name in ("net", "tax", "gross")}
    return {"kind": one.kind, "name": one.name, "percent": str(one.percent), **amounts}
