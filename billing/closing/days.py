"""Counting days that are over: each once, in order, with what did not add up when it was counted.

A day that gets an entry after that, from somebody who was slow to write it, is counted again the next night.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max, Min

from billing.closing.comparing import days_differ, figures_of, totals_of
from billing.closing.spans import DAY, day_of, of_days
from billing.closing.sums import moved
from billing.ledger import Difference, check_books
from billing.models import ClosedMonth, DayClose, Transfer, Wallet
from billing.statements.making import following
from drivepower.core.money import plain


def close_days(*, at: datetime) -> int:
    """Count each day that is over and was not counted yet; answers how many, with those that were counted again.

    The newest tells what differs now, of all that was ever written.
    """
    again = sum(_count_again(day, at=at) for month in open_months(at) if days_differ(month) for day in days_of(month))
    days = missing_days(day_of(at))
    for day in days:
        _close(day, is_last=day == days[-1], at=at)
    return len(days) + again


def missing_days(before: date) -> list[date]:
    """The days since anything moved first that were not counted, in order; that day is left out."""
    first = Transfer.objects.aggregate(first=Min("made_at"))["first"]
    if first is None:
        return []
    counted = set(DayClose.objects.values_list("day", flat=True))
    days = (day_of(first) + DAY * number for number in range((before - day_of(first)).days))
    return [day for day in days if day not in counted]


def open_months(at: datetime) -> Iterator[date]:
    """The months that have days that were counted, and take entries."""
    closed = ClosedMonth.objects.filter(seller=settings.RECEIPT_SELLER).aggregate(last=Max("month"))["last"]
    first = DayClose.objects.aggregate(first=Min("day"))["first"]
    month = following(closed) if closed else first and first.replace(day=1)
    while month is not None and month <= day_of(at):
        yield month
        month = following(month)


def days_of(month: date) -> list[date]:
    """The days of a month that were counted."""
    days = DayClose.objects.filter(day__gte=month, day__lt=following(month)).order_by("day")
    return list(days.values_list("day", flat=True).distinct())


def _count_again(day: date, *, at: datetime) -> bool:
    """Beside the first count, in the currencies that say otherwise by now."""
    span = of_days(day, day)
    last = {one.currency: one for one in DayClose.objects.standing().filter(day=day)}
    rows = [
        DayClose(
            day=day,
            currency=currency,
            number=last[currency].number + 1 if currency in last else 1,
            totals=totals,
            last_transfer=last_transfer(),
            made_at=at,
        )
        for currency, totals in totals_of(span, moved(span)).items()
        if currency not in last or figures_of(last[currency].totals) != figures_of(totals)
    ]
    DayClose.objects.bulk_create(rows, ignore_conflicts=True)
    return bool(rows)


def _close(day: date, *, is_last: bool, at: datetime) -> None:
    """Whoever counts the same day at the same time says the same."""
    # What is written while the books are compared is left to whoever compares next.
    last = last_transfer()
    differences = check_books() if is_last else []
    span = of_days(day, day)
    rows = [
        DayClose(
            day=day,
            currency=currency,
            totals=totals,
            differences=[told(one) for one in differences if one.currency == currency],
            last_transfer=last,
            made_at=at,
        )
        for currency, totals in totals_of(span, moved(span), currencies()).items()
    ]
    DayClose.objects.bulk_create(rows, ignore_conflicts=True)


def last_transfer() -> int:
    """The key of the newest."""
    return Transfer.objects.aggregate(last=Max("pk"))["last"] or 0


def currencies() -> set[str]:
    """Those that the house has accounts in: every transfer has an end in one of these."""
    return set(Wallet.objects.exclude(system="").values_list("currency", flat=True))


def told(one: Difference) -> dict[str, Any]:
    """A difference as JSON keeps it."""
    kept, counted = (plain(figure, one.currency) for figure in (one.kept, one.counted))
    return {"subject": one.subject, "figure": one.figure, "kept": kept, "counted": counted}
