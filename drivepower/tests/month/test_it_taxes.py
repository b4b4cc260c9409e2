"""The tax report: by day and by rate what receipts say, and what came into the account of taxes."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.closing.spans import of_days, of_month
from billing.closing.taxes import report
from billing.models import ReceiptLine
from drivepower.tests.month import counting
from drivepower.tests.month.days import APRIL, DAY, MARCH, MAY
from drivepower.tests.month.exports import Row, fetch, figures, of_csv, of_xlsx, on_paper, same, sums_on
from drivepower.tests.month.play import Played

MONTHS = pytest.mark.parametrize(("first", "until"), [(MARCH, APRIL), (APRIL, MAY)], ids=["march", "april"])
KINDS = {"sale": "sales", "correction": "corrections"}
Key = tuple[str, str, str]
Amounts = tuple[Decimal, Decimal, Decimal]


def address(first: date, last: date, kind: str = "") -> str:
    query = {"since": first.isoformat(), "until": last.isoformat()} | ({"file": kind} if kind else {})
    return reverse("admin:billing_tax_report", query=query)


def told(rows: list[Row]) -> dict[Key, Amounts]:
    """The rows of the report in the words of receipts; those of nothing are left out."""
    words = {word: kind for kind, word in KINDS.items()}
    found = {
        (row["currency"], row["percent"], words[row["kind"]]): tuple(
            Decimal(row[name]) for name in ("net", "tax", "gross")
        )
        for row in rows
        if row["kind"] in words
    }
    return {key: amounts for key, amounts in found.items() if any(amounts)}  # type: ignore[misc]  # three of them


def counted(first: date, last: date) -> dict[Key, Amounts]:
    span = of_days(first, last)
    return counted_of(counting.lines(span.since, span.until))


def counted_of(lines: list[ReceiptLine]) -> dict[Key, Amounts]:
    sums = counting.by_tax(lines)
    return {key: amounts for key, amounts in sums.items() if any(amounts)}


@MONTHS
def test_files_say_what_receipts_say(month: Played, desk: Client, first: date, until: date) -> None:
    as_csv, as_xlsx = (fetch(desk, address(first, until - DAY, kind)) for kind in ("csv", "xlsx"))
    rows = of_csv(as_csv)
    assert told(rows) == counted(first, until - DAY)
    assert same(rows, of_xlsx(as_xlsx))
    assert {(row["currency"], row["percent"]) for row in rows} >= {
        (currency, percent) for currency in ("KGS", "KWD") for percent in ("12.00", "14.00")
    }


@MONTHS
def test_the_account_of_taxes_says_the_same(month: Played, desk: Client, first: date, until: date) -> None:
    rows = of_csv(fetch(desk, address(first, until - DAY, "csv")))
    span = of_month(first)
    found = counting.entries(span.since, span.until)
    for currency in ("KGS", "KWD"):
        account = counting.came_to(found, "tax", currency)
        [row] = [row for row in rows if row["kind"] == "account of taxes" and row["currency"] == currency]
        assert Decimal(row["tax"]) == account
        assert sum(tax for (of, *_), (_net, tax, _gross) in told(rows).items() if of == currency) == account


def test_each_day_says_what_its_receipts_say_and_days_sum_to_the_month(month: Played) -> None:
    sums: dict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    lines = counting.lines()
    for number in range((APRIL - MARCH).days):
        day = MARCH + number * DAY
        span = of_days(day, day)
        found = report(span)
        assert [one.difference for one in found.proofs if one.difference] == []
        by_receipts = counted_of([one for one in lines if span.since <= one.receipt.made_at < span.until])
        for row in found.rows:
            sums[row.currency, row.percent] += row.total.tax
            both = [by_receipts.get((row.currency, f"{row.percent:.2f}", kind)) for kind in KINDS]
            assert row.total.tax == sum(amounts[1] for amounts in both if amounts)
    assert sums == {(row.currency, row.percent): row.total.tax for row in report(of_month(MARCH)).rows}


@MONTHS
def test_its_paper_and_its_page_say_the_same(month: Played, desk: Client, first: date, until: date) -> None:
    said = counted(first, until - DAY)
    paper = on_paper(fetch(desk, address(first, until - DAY, "pdf")))
    page = fetch(desk, address(first, until - DAY)).decode()
    on_page, printed = figures(page), figures("\n".join(paper))
    for amounts in said.values():
        assert all(on_page.count(amount) and printed.count(amount) for amount in amounts)
    for currency in ("KGS", "KWD"):
        tax = sum(amounts[1] for (of, *_), amounts in said.items() if of == currency)
        assert sums_on(paper, currency) == [tax, tax, Decimal(0)]
    assert "They agree" in page
    assert "They differ" not in page
