"""Whether the days of a month, as they were counted, come to what its entries do; one that does not is counted anew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from billing.closing.spans import Span, of_month
from billing.closing.sums import Moved, as_json, moved, receipted
from billing.models import DayClose
from billing.statements.making import following

Figures = dict[str, list[Decimal]]


def days_differ(month: date, sums: Mapping[str, Moved] | None = None) -> bool:
    """Whether its days say otherwise than its entries; what those moved may be known already."""
    span = of_month(month)
    closes = DayClose.objects.standing().filter(day__gte=month, day__lt=following(month))
    said: Figures = defaultdict(lambda: [Decimal(0)] * 6)
    for currency, totals in closes.values_list("currency", "totals"):
        said[currency] = [one + more for one, more in zip(said[currency], figures_of(totals), strict=True)]
    return some(said) != some(counted(span, moved(span) if sums is None else sums))


def counted(span: Span, sums: Mapping[str, Moved]) -> Figures:
    """What the entries of a time come to, by currency."""
    return {currency: figures_of(totals) for currency, totals in totals_of(span, sums).items()}


def totals_of(span: Span, sums: Mapping[str, Moved], currencies: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """What a time came to, as its close keeps it; also of these currencies, where nothing was."""
    said = receipted(span)
    return {
        currency: as_json(sums.get(currency, Moved()), currency) | {"receipts": said.get(currency, {})}
        for currency in sorted({*sums, *said, *currencies})
    }


def figures_of(totals: Mapping[str, Any]) -> list[Decimal]:
    """How many transfers of how much, how many receipts of how much."""
    receipts = [totals["receipts"].get(name, 0) for name in ("receipts", "net", "tax", "gross")]
    return [Decimal(figure) for figure in (totals["transfers"], totals["amount"], *receipts)]


def some(found: Figures) -> Figures:
    """Without the currencies that nothing was in."""
    return {currency: figures for currency, figures in found.items() if any(figures)}
