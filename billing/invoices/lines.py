"""The lines of an invoice: the receipts of its statement, each with what of it is under which tax."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from billing.models import Receipt, ReceiptLine, Statement
from drivepower.core.money import plain

AMOUNTS = ("net", "tax", "gross")


@dataclass(frozen=True)
class Taxed:
    """What is under one tax."""

    name: str
    percent: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal


def lines_of(statement: Statement) -> list[dict[str, Any]]:
    """The statement's receipts with their taxes, as JSON: amounts as text."""
    currency = statement.wallet.currency
    taxes = taxes_of(Receipt.objects.filter(public_id__in=[line["id"] for line in statement.lines]))
    return [
        {**line, "taxes": [as_json(one, currency) for one in taxes.get(line["id"], [])]} for line in statement.lines
    ]


def taxes_of(receipts: Any) -> Mapping[str, list[Taxed]]:
    """What of each receipt (by its public id) is under which tax; a correction over a change of tax has two."""
    sums = {name: Sum(name) for name in AMOUNTS}
    rows = ReceiptLine.objects.filter(receipt__in=receipts).order_by()
    keys = ("receipt__public_id", "receipt__tax_name", "tax_percent")
    found: defaultdict[str, list[Taxed]] = defaultdict(list)
    for row in rows.values(*keys).annotate(**sums).order_by(*keys):
        amounts = (row[name] for name in AMOUNTS)
        found[str(row[keys[0]])].append(Taxed(row[keys[1]], row[keys[2]], *amounts))
    return found


def as_json(taxed: Taxed, currency: str) -> dict[str, str]:
    """A part of a receipt that is under one tax."""
    amounts = {name: plain(getattr(taxed, name), currency) for name in AMOUNTS}
    return {"name": taxed.name, "percent": str(taxed.percent), **amounts}


def totals(lines: Iterable[Mapping[str, Any]]) -> Sequence[Taxed]:
    """What all lines of an invoice come to by tax."""
    sums: defaultdict[tuple[str, Decimal], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(AMOUNTS))
    for line in lines:
        for part in line["taxes"]:
            key = part["name"], Decimal(part["percent"])
            sums[key] = [so_far + Decimal(part[name]) for so_far, name in zip(sums[key], AMOUNTS, strict=True)]
    return [Taxed(*key, *amounts) for key, amounts in sorted(sums.items())]
