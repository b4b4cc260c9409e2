"""Making statements: one per company wallet and month, in order, never twice."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum

from billing import ledger
from billing.models import Debt, Receipt, Statement, Transfer, Wallet
from billing.statements.figures import ZERO, moved, owed, stated
from drivepower.core.money import plain


def make_statements(*, month: date, at: datetime) -> int:
    """Make the statement of that month (any day of it) for each company wallet, and those before it that are missing.

    Answers how many were made; ValueError while the month is not over. What exists stays as it is.
    """
    first = month.replace(day=1)
    if begin_of(following(first)) > at:
        raise ValueError(f"{first:%Y-%m} is not over.")
    companies = Wallet.objects.filter(company__isnull=False)
    lacking = companies.exclude(statements__month__gte=first).order_by("pk").values_list("pk", flat=True)
    return sum(_catch_up(key, first, at) for key in lacking)


def last_month(at: datetime) -> date:
    """The first day of the last month that is over."""
    today = at.astimezone(ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)).date()
    return preceding(today.replace(day=1))


def following(month: date) -> date:
    """The next month's first day."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def preceding(month: date) -> date:
    """The first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def begin_of(month: date) -> datetime:
    """The instant at which a month begins on the network's clock."""
    return datetime.combine(month, time(), ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE))


@transaction.atomic
def _catch_up(key: int, until: date, at: datetime) -> int:
    # Nothing moves in a locked wallet, so that all figures are of one instant.
    wallet = ledger.lock([key])[key]
    last = Statement.objects.filter(wallet=wallet).order_by("-month").first()
    month = following(last.month) if last else _first_month(wallet)
    made = 0
    while month is not None and month <= until:
        last = _make(wallet, month, last, at)
        month, made = following(month), made + 1
    return made


def _first_month(wallet: Wallet) -> date | None:
    movements = Transfer.objects.filter(Q(source=wallet) | Q(target=wallet)).order_by().values_list("made_at")
    debts = Debt.objects.filter(wallet=wallet).order_by().values_list("made_at")
    receipts = Receipt.objects.filter(wallet=wallet).order_by().values_list("made_at")
    first = movements.union(debts, receipts).order_by("made_at").first()
    return following(last_month(first[0])) if first else None


def _make(wallet: Wallet, month: date, last: Statement | None, at: datetime) -> Statement:
    until = begin_of(following(month))
    figures = moved(wallet, until) - stated(wallet)
    opening = last.closing if last else ZERO
    lines = _lines(wallet, last, until)
    return Statement.objects.create(
        wallet=wallet,
        month=month,
        opening=opening,
        charged=figures.charged,
        refunded=figures.refunded,
        paid=figures.paid,
        other=figures.other,
        closing=opening + figures.change,
        owed=owed(wallet, until),
        tax=sum((Decimal(line["tax"]) for line in lines), ZERO),
        lines=lines,
        made_at=at,
    )


def _lines(wallet: Wallet, last: Statement | None, until: datetime) -> Sequence[dict[str, Any]]:
    """The receipts that no statement has named: the month's, and late ones of the month before."""
    receipts = Receipt.objects.filter(wallet=wallet, made_at__lt=until)
    if last:
        named = [line["id"] for line in last.lines]
        receipts = receipts.filter(made_at__gte=begin_of(last.month)).exclude(public_id__in=named)
    energy = Sum("lines__quantity", filter=Q(lines__unit="Wh"), default=ZERO)
    return [line_of(receipt) for receipt in receipts.annotate(energy_wh=energy).order_by("id")]


def line_of(receipt: Any) -> dict[str, Any]:
    """A receipt (with its energy, Wh) as JSON: amounts as text."""
    amounts = {name: plain(getattr(receipt, name), receipt.currency) for name in ("net", "tax", "gross")}
    return {
        "id": str(receipt.public_id),
        "number": receipt.full_number,
        "kind": receipt.kind,
        "made_at": receipt.made_at.isoformat(),
        "about": receipt.about,
        "energy_wh": int(receipt.energy_wh),
        **amounts,
    }
