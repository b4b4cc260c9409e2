"""What a time comes to: what moved in each account by kind, and what receipts said by tax; a few statements in all."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, Count, F, Q, Sum, When

from billing.closing.spans import Span
from billing.models import Receipt, ReceiptLine, Transfer, Wallet
from drivepower.core.money import plain

# The wallets of people and of companies stand as one account each, the house's own as they are.
MOVED = """
WITH moved AS (
    SELECT source_id, target_id, kind, count(*) AS times, sum(amount) AS amount FROM billing_transfer
    WHERE made_at >= %(since)s AND made_at < %(until)s GROUP BY source_id, target_id, kind
)
SELECT wallet.currency,
    CASE WHEN wallet.system <> '' THEN wallet.system WHEN wallet.user_id IS NOT NULL THEN 'people' ELSE 'companies' END,
    moved.kind, sum(moving.amount), sum(moving.amount) FILTER (WHERE moving.amount > 0), sum(moving.times)
FROM moved
CROSS JOIN LATERAL (VALUES (target_id, amount, times), (source_id, -amount, 0)) moving (wallet_id, amount, times)
JOIN billing_wallet wallet ON wallet.id = moving.wallet_id
GROUP BY 1, 2, 3
"""
NAMES = ("net", "tax", "gross")


@dataclass
class Moved:
    """Of one currency: the change of each account by kind, how many transfers there were, and of how much in all."""

    accounts: defaultdict[str, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    times: int = 0
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Taxed:
    """What receipts of one kind said under one tax."""

    currency: str
    kind: str
    name: str
    percent: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal


def moved(span: Span) -> dict[str, Moved]:
    """What moved in that time, by currency."""
    found: defaultdict[str, Moved] = defaultdict(Moved)
    with connection.cursor() as cursor:
        cursor.execute(MOVED, {"since": span.since, "until": span.until})
        for currency, account, kind, change, came, times in cursor.fetchall():
            of_currency = found[currency]
            of_currency.accounts[account][kind] = change
            of_currency.times += int(times)
            of_currency.amount += came or 0
    return dict(found)


def taxed(span: Span) -> list[Taxed]:
    """What the receipts of that time said, by currency, tax and kind.

    A sale has one tax, that of its terms, in every line; what a correction takes back may have another than what it
    puts in its place.
    """
    sales = of_kind(Receipt.objects.filter(kind=Receipt.Kind.SALE), span, kind=Receipt.Kind.SALE)
    lines = ReceiptLine.objects.filter(receipt__kind=Receipt.Kind.CORRECTION)
    found = [*sales, *of_kind(lines, span, kind=Receipt.Kind.CORRECTION, receipt="receipt__")]
    return sorted(found, key=lambda one: (one.currency, one.name, one.percent, one.kind))


def of_kind(rows: Any, span: Span, *, kind: str, receipt: str = "") -> list[Taxed]:
    """What rows with a tax of their own come to; `receipt` is the path to their receipt."""
    times = {f"{receipt}made_at__gte": span.since, f"{receipt}made_at__lt": span.until}
    keys = {"currency": f"{receipt}currency", "name": f"{receipt}tax_name", "percent": "tax_percent"}
    sums = rows.filter(**times).order_by().values(*keys.values())
    return [
        Taxed(
            kind=kind,
            **{name: row[path] for name, path in keys.items()},
            **{name: row[f"sum_{name}"] for name in NAMES},
        )
        for row in sums.annotate(**{f"sum_{name}": Sum(name) for name in NAMES})
    ]


def receipted(span: Span) -> dict[str, dict[str, Any]]:
    """How many receipts there were, and what they said in all, by currency; amounts as text."""
    rows: Any = Receipt.objects.filter(made_at__gte=span.since, made_at__lt=span.until).order_by().values("currency")
    found: dict[str, dict[str, Any]] = {}
    for row in rows.annotate(times=Count("pk"), **{f"sum_{name}": Sum(name) for name in NAMES}):
        amounts = {name: plain(row[f"sum_{name}"], row["currency"]) for name in NAMES}
        found[row["currency"]] = {"receipts": row["times"], **amounts}
    return found


def tax_moved(span: Span) -> dict[str, Decimal]:
    """What came into the account of taxes in that time, by currency."""
    accounts = dict(Wallet.objects.filter(system=Wallet.System.TAX).values_list("pk", "currency"))
    ends = Q(source__in=accounts) | Q(target__in=accounts)
    rows = Transfer.objects.filter(ends, made_at__gte=span.since, made_at__lt=span.until).order_by()
    signed = Case(When(target__in=accounts, then=F("amount")), default=-F("amount"))
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    sums = rows.values("source", "target").annotate(total=Sum(signed))
    for source, target, total in sums.values_list("source", "target", "total"):
        found[accounts.get(target) or accounts[source]] += total
    return dict(found)


def as_json(of_currency: Moved, currency: str) -> dict[str, Any]:
    """What moved as JSON keeps it: amounts as text."""
    accounts = {
        account: {kind: plain(change, currency) for kind, change in sorted(kinds.items())}
        for account, kinds in sorted(of_currency.accounts.items())
    }
    return {"transfers": of_currency.times, "amount": plain(of_currency.amount, currency), "accounts": accounts}
