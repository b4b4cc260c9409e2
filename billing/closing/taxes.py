"""The tax report: what was sold and corrected under each tax, beside what came into the account of taxes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.closing.spans import Span
from billing.closing.sums import Taxed, tax_moved, taxed
from billing.models import Receipt

ZERO = Decimal(0)


@dataclass(frozen=True)
class Amounts:
    """Net, tax, and both."""

    net: Decimal = ZERO
    tax: Decimal = ZERO
    gross: Decimal = ZERO

    def __add__(self, other: "Amounts | Taxed") -> "Amounts":
        """With another's."""
        return Amounts(self.net + other.net, self.tax + other.tax, self.gross + other.gross)


@dataclass(frozen=True)
class Row:
    """What is under one tax: sales, corrections, both."""

    currency: str
    name: str
    percent: Decimal
    sales: Amounts
    corrections: Amounts

    @property
    def total(self) -> Amounts:
        """Both."""
        return self.sales + self.corrections


@dataclass(frozen=True)
class Proof:
    """The tax of a currency by its receipts, and by the transfers into the account of taxes."""

    currency: str
    receipts: Decimal
    account: Decimal

    @property
    def difference(self) -> Decimal:
        """0 where both say the same."""
        return self.receipts - self.account


@dataclass(frozen=True)
class Report:
    """The taxes of a time."""

    rows: Sequence[Row]
    proofs: Sequence[Proof]


def report(span: Span) -> Report:
    """Every tax of that time, and for each currency whether receipts and transfers agree."""
    found, account = taxed(span), tax_moved(span)
    rows = list(_rows(found))
    by_receipts = {one.currency: ZERO for one in found}
    for one in found:
        by_receipts[one.currency] += one.tax
    currencies = sorted({*by_receipts, *account})
    proofs = [Proof(currency, by_receipts.get(currency, ZERO), account.get(currency, ZERO)) for currency in currencies]
    return Report(rows, proofs)


def _rows(found: Sequence[Taxed]) -> Iterator[Row]:
    keys = sorted({(one.currency, one.name, one.percent) for one in found})
    for key in keys:
        sums = dict.fromkeys(Receipt.Kind.values, Amounts())
        for one in found:
            if (one.currency, one.name, one.percent) == key:
                sums[one.kind] += one
        yield Row(*key, sums[Receipt.Kind.SALE], sums[Receipt.Kind.CORRECTION])
