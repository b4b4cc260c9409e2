"""The books as people take them away: each in three kinds from its own page, and the desk's lists equal the ledger."""

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.closing.files import KINDS, Printable
from billing.closing.sheets import OPENING_IMPORTS, OPENING_LINES, PAYMENTS, REGISTER_LINES, REGISTERS, STATEMENTS
from billing.closing.tables import TABLES
from billing.models import ClosedMonth, Invoice, Transfer
from drivepower.tests.month import counting
from drivepower.tests.month.days import MARCH
from drivepower.tests.month.exports import Row, fetch, of_csv, of_xlsx, on_paper, same, sum_of
from drivepower.tests.month.play import Played
from drivepower.tests.month.test_it_exports import both, printed

CURRENCIES = ("KGS", "KWD")
# The books that are lists: where, narrowed to what, and how they are printed.
LISTS: dict[str, tuple[str, str, Printable]] = {
    "invoices": ("invoice", "", TABLES["invoices"]),
    "payments": ("invoicepayment", "", PAYMENTS),
    "statements of companies": ("statement", "", STATEMENTS),
    "statements of hosts": ("hoststatement", "", TABLES["hosts"]),
    "registers": ("providerregister", "", REGISTERS),
    "lines of registers": ("registerline", "", REGISTER_LINES),
    "closes of days": ("dayclose", "", TABLES["days"]),
    "corrections": ("receipt", "?kind__exact=correction", TABLES["receipts"]),
    "opening balances": ("openingline", "", OPENING_LINES),
    "imports of opening balances": ("openingimport", "", OPENING_IMPORTS),
}


def offered(page: str, pattern: str) -> dict[str, str]:
    """The addresses of files on a page by their kind."""
    found = {kind: re.findall(rf'href="([^"]*{pattern.format(kind)}[^"]*)"', page) for kind in KINDS}
    return {kind: ways[0].replace("&amp;", "&") for kind, ways in found.items() if ways}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_the_books_is_handed_out_in_three_kinds(month: Played, desk: Client, name: str) -> None:
    model, query, sheet = LISTS[name]
    ways = offered(fetch(desk, reverse(f"admin:billing_{model}_changelist") + query).decode(), r"/export\.{}\?")
    assert set(ways) == set(KINDS)
    rows = of_csv(fetch(desk, ways["csv"]))
    assert rows
    assert same(rows, of_xlsx(fetch(desk, ways["xlsx"])))
    sums = [(sum_of(rows, column, currency=one), one) for one in first_met(rows) for column in sheet.amounts]
    assert printed(on_paper(fetch(desk, ways["pdf"])))[-len(sums) :] == sums


def first_met(rows: list[Row]) -> list[str]:
    """The currencies of a file in the order of its oldest rows."""
    return list(dict.fromkeys(row["currency"] for row in rows[::-1]))


def test_the_close_of_a_month_is_handed_out_in_three_kinds(month: Played, desk: Client) -> None:
    page = reverse("admin:billing_closedmonth_change", args=[ClosedMonth.objects.get(month=MARCH).pk])
    ways = offered(fetch(desk, page).decode(), r"/totals\.{}")
    assert set(ways) == set(KINDS)
    for way in ways.values():
        fetch(desk, way)


def test_the_tax_report_is_handed_out_in_three_kinds(month: Played, desk: Client) -> None:
    page = f"{reverse('admin:billing_tax_report')}?since={MARCH}&until={date(2026, 3, 31)}"
    ways = offered(fetch(desk, page).decode(), "file={}")
    assert set(ways) == set(KINDS)
    for way in ways.values():
        fetch(desk, way)


def of_ledger(kind: str) -> dict[str, Decimal]:
    """The transfers of a kind by public id."""
    return {str(one.public_id): one.amount for one in Transfer.objects.filter(kind=kind)}


def booked(rows: list[Row], column: str, amount: str) -> dict[str, Decimal]:
    """The amounts of a file by the transfers that it names."""
    return {row[column]: abs(Decimal(row[amount])) for row in rows if row[column]}


def test_payouts_are_the_ledgers(month: Played, desk: Client) -> None:
    rows = both(desk, "billing_payout_export")
    there = booked(rows, "transfer", "amount") | booked(rows, "transfer_back", "amount")
    assert there == of_ledger("payout") != {}
    for currency in CURRENCIES:
        left = [row for row in rows if row["state"] in ("approved", "paid")]
        moved = counting.came_to(counting.entries(), "clearing:bank", currency, "payout")
        assert sum_of(left, "amount", currency=currency) == moved


def test_top_ups_are_the_ledgers(month: Played, desk: Client) -> None:
    """A payment that a provider would not send back came into its wallet once more."""
    names = ("topup", "secondpayment", "adjustment", "paymentrefund")
    ups, seconds, hands, refunds = (both(desk, f"billing_{one}_export") for one in names)
    paid = [row for row in ups if row["transfer"]]
    banked = [row for row in hands if row["kind"] == "bank"]
    credited = [row for row in seconds if row["transfer"]]
    home = [row for row in refunds if row["state"] == "refused"]
    ledger = of_ledger("top_up")
    there = booked(ups, "transfer", "paid") | booked([*credited, *banked], "transfer", "amount")
    assert there.items() <= ledger.items()
    assert sorted(ledger[one] for one in ledger.keys() - there.keys()) == sorted(Decimal(row["amount"]) for row in home)
    for currency in CURRENCIES:
        found = [one for one in counting.entries() if one.kind == "top_up" and one.currency == currency]
        others = [row for row in [*credited, *banked, *home] if row["transfer"]]
        said = sum_of(paid, "paid", currency=currency) + sum_of(others, "amount", currency=currency)
        assert said == sum(one.amount for one in found) > 0


def test_adjustments_are_the_ledgers(month: Played, desk: Client) -> None:
    rows = [row for row in both(desk, "billing_adjustment_export") if row["kind"] == "adjustment"]
    assert booked(rows, "transfer", "amount") == of_ledger("adjustment") != {}


def test_payments_of_invoices_are_what_came_and_what_is_paid(month: Played, desk: Client) -> None:
    rows = both(desk, "billing_invoicepayment_export")
    invoices = both(desk, "billing_invoice_export")
    set_against: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        set_against[row["transfer"]] += Decimal(row["amount"])
    set_against.pop("", None)
    came = of_ledger("top_up")
    assert set_against
    assert all(0 <= amount <= came[transfer] for transfer, amount in set_against.items())
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        paid[row["invoice"]] += Decimal(row["amount"])
    assert paid == {row["number"]: Decimal(row["paid"]) for row in invoices if row["number"] in paid}
    for currency in CURRENCIES:
        held = sum(one.paid for one in Invoice.objects.filter(currency=currency))
        assert sum_of(rows, "amount", currency=currency) == sum_of(invoices, "paid", currency=currency) == held


def test_wallets_and_debts_are_the_ledgers(month: Played, desk: Client) -> None:
    wallets, debts = both(desk, "billing_wallet_export"), both(desk, "billing_debt_export")
    found = counting.entries()
    for currency in CURRENCIES:
        owners = sum(counting.came_to(found, name, currency) for name in ("people", "companies"))
        assert sum_of(wallets, "balance", currency=currency) == owners
        owed = sum_of(debts, "amount", currency=currency) - sum_of(debts, "paid", currency=currency)
        assert sum_of(wallets, "owed", currency=currency) == owed == -counting.came_to(found, "receivable", currency)
