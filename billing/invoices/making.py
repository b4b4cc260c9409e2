"""Making invoices: one per statement of a company that pays later, with a number of its own, never twice.

A company pays later where its wallet may go below 0, has gone below 0 or owes something, and where it has been sent an
invoice before: what is corrected of that one has to reach it. Who pays beforehand has a statement only.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from billing.invoices.lines import lines_of
from billing.models import Invoice, Statement
from billing.receipts.frozen import parties
from billing.receipts.numbers import take_number

SERIES = "INV"


def make_invoices(*, month: date, at: datetime) -> int:
    """Make the invoice of each statement of that month (any day of it), and those that are missing since the last one.

    Answers how many were made. A statement without receipts has none; what exists stays as it is.
    """
    first = month.replace(day=1)
    return sum(_make(key, at) for key in list(_lacking(first).values_list("pk", flat=True)))


def _lacking(month: date) -> "QuerySet[Statement]":
    """Statements of companies that pay later, without an invoice, in the order of their months.

    Whoever has had no invoice yet is sent those from the first month on at whose end something was owed.
    """
    earlier = Invoice.objects.filter(wallet=OuterRef("wallet"))
    owing = Statement.objects.filter(Q(closing__lt=0) | Q(owed__gt=0), wallet=OuterRef("wallet"))
    first = Subquery(owing.order_by("month").values("month")[:1])
    pays_later = Q(wallet__credit_limit__gt=0) | Q(closing__lt=0) | Q(owed__gt=0) | Exists(earlier)
    of_a_company = Statement.objects.filter(pays_later, wallet__company__isnull=False, month__lte=month, invoice=None)
    known = of_a_company.alias(last=Max("wallet__invoices__month"), first=first)
    missing = known.filter(Q(month=month) | Q(month__gt=F("last")) | Q(last=None, month__gte=F("first")))
    return missing.exclude(lines=[]).order_by("month", "pk")


@transaction.atomic
def _make(key: int, at: datetime) -> int:
    """Whoever makes the same one waits for the statement's row."""
    statement = Statement.objects.select_for_update(no_key=True).get(pk=key)
    if Invoice.objects.filter(statement=statement).exists():
        return 0
    lines = lines_of(statement)
    # The number last: who takes one keeps everybody else waiting for theirs until the commit.
    Invoice.objects.create(**_fields(statement, lines, at), **take_number(at, series=SERIES))
    return 1


def _fields(statement: Statement, lines: Sequence[dict[str, Any]], at: datetime) -> dict[str, Any]:
    net, tax = (sum((Decimal(line[name]) for line in lines), Decimal(0)) for name in ("net", "tax"))
    return {
        "wallet": statement.wallet,
        "statement": statement,
        "month": statement.month,
        "currency": statement.wallet.currency,
        "net": net,
        "tax": tax,
        "gross": net + tax,
        "due_on": today(at) + timedelta(days=settings.INVOICE_DUE_DAYS),
        "lines": lines,
        "made_at": at,
        **parties(statement.wallet),
    }


def today(at: datetime) -> date:
    """The date on the seller's clock."""
    return at.astimezone(ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)).date()
