"""What the tables hold, counted by hand: no sum here is the house's own."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from billing.models import Receipt, ReceiptLine, Transfer, Wallet

Sums = dict[Any, Decimal]
WALLETS = {True: "people", False: "companies"}


@dataclass(frozen=True)
class Entry:
    """A transfer: from one account to another, people's wallets being one account, and companies'."""

    kind: str
    amount: Decimal
    currency: str
    source: str
    target: str
    source_wallet: int
    target_wallet: int
    subject: str
    made_at: datetime

    @property
    def ends(self) -> list[tuple[str, int, Decimal]]:
        """Account, wallet and change at both ends."""
        return [(self.source, self.source_wallet, -self.amount), (self.target, self.target_wallet, self.amount)]


def entries(since: datetime | None = None, until: datetime | None = None) -> list[Entry]:
    """All transfers of a time."""
    names = {
        one.pk: (one.system or WALLETS[one.user_id is not None], one.currency) for one in Wallet.objects.order_by()
    }
    rows = Transfer.objects.order_by("pk").values_list("kind", "amount", "source", "target", "subject", "made_at")
    return [
        Entry(kind, amount, names[source][1], names[source][0], names[target][0], source, target, subject, made_at)
        for kind, amount, source, target, subject, made_at in rows
        if (since is None or made_at >= since) and (until is None or made_at < until)
    ]


def by_account(found: Iterable[Entry]) -> Sums:
    """The change of each account by currency and kind."""
    sums: Sums = defaultdict(Decimal)
    for one in found:
        for account, _wallet, change in one.ends:
            sums[one.currency, account, one.kind] += change
    return dict(sums)


def by_wallet(found: Iterable[Entry]) -> Sums:
    """What each wallet came to."""
    sums: Sums = defaultdict(Decimal)
    for one in found:
        for _account, wallet, change in one.ends:
            sums[wallet] += change
    return dict(sums)


def came_to(found: Iterable[Entry], account: str, currency: str, kind: str = "") -> Decimal:
    """What an account came to, by all kinds or one."""
    return sum(
        (
            change
            for one in found
            if one.currency == currency and kind in ("", one.kind)
            for name, _wallet, change in one.ends
            if name == account
        ),
        Decimal(0),
    )


def earned(found: Iterable[Entry]) -> dict[str, tuple[Decimal, Decimal]]:
    """What each subject brought: to the accounts of revenue and taxes together, and to that of taxes.

    Debts that somebody forgave by hand are receipted, too, and what the house bears itself is revenue all the same.
    """
    gross: Sums = defaultdict(Decimal)
    tax: Sums = defaultdict(Decimal)
    for one in found:
        for account, _wallet, change in one.ends:
            gross[one.subject] += change * (account in ("revenue", "tax"))
            tax[one.subject] += change * (account == "tax")
    return {subject: (gross[subject], tax[subject]) for subject in gross}


def receipted(since: datetime | None = None, until: datetime | None = None) -> dict[str, tuple[Decimal, Decimal]]:
    """What the lines of each subject's receipts say: in all, and of that the tax."""
    sums: Sums = defaultdict(Decimal)
    taxes: Sums = defaultdict(Decimal)
    for line in lines(since, until):
        sums[line.receipt.subject] += line.gross
        taxes[line.receipt.subject] += line.tax
    return {subject: (sums[subject], taxes[subject]) for subject in sums}


def lines(since: datetime | None = None, until: datetime | None = None) -> list[ReceiptLine]:
    """The lines of the receipts of a time."""
    rows = ReceiptLine.objects.select_related("receipt").order_by("pk")
    return [
        row
        for row in rows
        if (since is None or row.receipt.made_at >= since) and (until is None or row.receipt.made_at < until)
    ]


def by_tax(found: Iterable[ReceiptLine]) -> dict[tuple[str, str, str], tuple[Decimal, Decimal, Decimal]]:
    """Net, tax and total by currency, percent and kind of receipt."""
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for line in found:
        key = line.receipt.currency, f"{line.tax_percent:.2f}", line.receipt.kind
        sums[key] = [so_far + part for so_far, part in zip(sums[key], (line.net, line.tax, line.gross), strict=True)]
    return {key: (net, tax, gross) for key, (net, tax, gross) in sums.items()}


def receipts(since: datetime, until: datetime) -> list[Receipt]:
    """The receipts of a time, in the order of their numbers."""
    return list(Receipt.objects.filter(made_at__gte=since, made_at__lt=until).order_by("pk"))
