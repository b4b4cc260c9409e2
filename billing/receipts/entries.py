"""Lines of receipts as plain values, so that two prices of one subject can be compared line by line."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from billing.models import LineKind, Receipt, ReceiptLine
from billing.pricing import Price, Terms, rounded


@dataclass(frozen=True)
class Entry:
    """A line of a receipt: what a ReceiptLine holds beside its receipt and position."""

    dimension: str
    rule_name: str
    starts_at: datetime
    ends_at: datetime
    quantity: Decimal
    unit: str
    unit_price: Decimal
    tax_percent: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal

    @property
    def taken_back(self) -> "Entry":
        """The line that undoes this one."""
        return replace(self, quantity=-self.quantity, net=-self.net, tax=-self.tax, gross=-self.gross)


FIELDS = tuple(Entry.__dataclass_fields__)


def of_price(price: Price, terms: Terms) -> list[Entry]:
    """The lines of a price, with the tax of its terms."""
    shared = [name for name in FIELDS if name != "tax_percent"]
    return [
        Entry(**{name: getattr(line, name) for name in shared}, tax_percent=terms.tax_percent) for line in price.lines
    ]


def of_row(row: ReceiptLine) -> Entry:
    """A line of a receipt that was given."""
    return Entry(**{name: getattr(row, name) for name in FIELDS})


def rows_of(receipt: Receipt, entries: Iterable[Entry]) -> list[ReceiptLine]:
    """The lines as the receipt's rows, numbered from 1."""
    return [
        ReceiptLine(receipt=receipt, position=position, **{name: getattr(entry, name) for name in FIELDS})
        for position, entry in enumerate(entries, start=1)
    ]


def standing(given: Iterable[Entry]) -> list[Entry]:
    """The lines of the price that the receipts so far come to: those that were not taken back, in their order."""
    left: Counter[Entry] = Counter()
    for entry in given:
        if entry.dimension == LineKind.REFUND:
            continue
        if entry.quantity > 0:
            left[entry] += 1
        else:
            left[entry.taken_back] -= 1
    return list(left.elements())


def changes(before: list[Entry], price: Price, terms: Terms) -> list[Entry]:
    """What a correction says: lines that fall away, negated, then new ones; what stays is not repeated."""
    after = of_price(price, terms)
    gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return [entry.taken_back for entry in gone.elements()] + list(new.elements())


def kept_back(said: Iterable[Entry], price: Price, terms: Terms, kept: Decimal, at: datetime) -> list[Entry]:
    """What of all that is said is not so, since money was given back by hand: a line, or none.

    It is not given back again (`kept` above 0), or stays given back (below 0); and the tax in what is left of the
    price is its share of the price's tax, whatever the tax was when it was given back.
    """
    said = list(said)
    left = sum((entry.gross for entry in said), kept)
    share = rounded(price.tax * (price.gross - left) / price.gross, price.currency) if price.gross else Decimal(0)
    tax = price.tax - share - sum((entry.tax for entry in said), Decimal(0))
    if not (kept or tax):
        return []
    return [refund_entry(net=kept - tax, tax=tax, tax_percent=terms.tax_percent, reason="", at=at)]


def refund_entry(*, net: Decimal, tax: Decimal, tax_percent: Decimal, reason: str, at: datetime) -> Entry:
    """Money that stays given back by hand (amounts below 0), or is not given back again (above 0)."""
    return Entry(
        dimension=LineKind.REFUND,
        rule_name=reason[:80],
        starts_at=at,
        ends_at=at,
        quantity=Decimal(1),
        unit="pc",
        unit_price=Decimal(0),
        tax_percent=tax_percent,
        net=net,
        tax=tax,
        gross=net + tax,
    )
