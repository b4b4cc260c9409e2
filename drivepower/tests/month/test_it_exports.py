"""Every file of money: CSV, XLSX, paper and page say the same, and that is what the tables hold."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.world import bearer
from billing.admin.columns import written
from billing.closing.tables import TABLES
from billing.models import (
    Adjustment,
    Capture,
    ClosedMonth,
    DayClose,
    Debt,
    Goodwill,
    GoodwillLine,
    Hold,
    HostStatement,
    Invoice,
    InvoicePayment,
    OpeningImport,
    OpeningLine,
    PaymentRefund,
    Payout,
    ProviderRegister,
    Receipt,
    RegisterLine,
    SecondPayment,
    Statement,
    TopUp,
    Transfer,
)
from charging.models import Session
from drivepower.core.money import plain
from drivepower.tests.month import counting
from drivepower.tests.month.addresses import files_of_money
from drivepower.tests.month.days import APRIL, MARCH, ZONE
from drivepower.tests.month.exports import Row, fetch, of_csv, of_xlsx, on_paper, plain_row, same, sum_of, sums_on
from drivepower.tests.month.play import Played
from drivepower.tests.test_files_of_money import MONEY

NAMES = ("net", "tax", "gross")
# Lists, what they list, and the columns of amounts that sum to the table's.
LISTS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "billing_transfer_export": (Transfer, ("amount",)),
    "billing_receipt_export": (Receipt, NAMES),
    "billing_invoice_export": (Invoice, (*NAMES, "paid")),
    "billing_hoststatement_export": (HostStatement, (*NAMES, "share", "brought", "carried")),
    "billing_dayclose_export": (DayClose, ("amount", *NAMES)),
    "billing_providerregister_export": (ProviderRegister, ("payments", "refunds", "commission", "remitted")),
    "billing_registerline_export": (RegisterLine, ("amount", "commission")),
    "billing_openingimport_export": (OpeningImport, ("control_total", "booked")),
    "billing_openingline_export": (OpeningLine, ("amount", "booked")),
    "billing_goodwill_export": (Goodwill, ("total",)),
    "billing_goodwillline_export": (GoodwillLine, ("amount",)),
    "billing_hold_export": (Hold, ("amount",)),
    "billing_capture_export": (Capture, ("net", "tax", "gross")),
    "billing_debt_export": (Debt, ("amount", "paid")),
    "billing_topup_export": (TopUp, ("amount",)),
    "billing_paymentrefund_export": (PaymentRefund, ("amount",)),
    "billing_secondpayment_export": (SecondPayment, ("amount",)),
    "billing_payout_export": (Payout, ("amount",)),
    "billing_adjustment_export": (Adjustment, ("amount",)),
    "billing_invoicepayment_export": (InvoicePayment, ("amount",)),
    "billing_statement_export": (Statement, ("opening", "charged", "refunded", "paid", "other", "closing", "tax")),
}
# Lists whose files leave something empty, or that the month has no rows for: billing/tests/test_files_of_lists.py, and
# drivepower/portal/tests/test_book_register_lines.py.
SPECIAL = {
    "billing_wallet_export",
    "billing_walletcheckpoint_export",
    "billing_fiscaldocument_export",
    "billing_registerentry_export",
}
SESSIONS = "charging_session_export"
PAPERS: dict[str, tuple[type[Model], int]] = {
    "billing_invoice_pdf": (Invoice, 20),
    "billing_hoststatement_pdf": (HostStatement, 20),
    "billing_statement_pdf": (Statement, 20),
    "billing_receipt_pdf": (Receipt, 8),
}
OTHERS = {"billing_books_file", "billing_hoststatement_charges"}
OF_OPERATORS = {f"api/v1/operator/exports/{name}" for name in ("transfers", "receipts", "sessions")}
MONTHS = pytest.mark.parametrize("first", [MARCH, APRIL], ids=["march", "april"])
# An amount with its currency, which stands on the next line where the column is too narrow for both.
NAMED = re.compile(r"([−-]?[\d,]+\.\d+)\s+(KGS|KWD)")


def test_no_file_of_money_is_left_out_here() -> None:
    offered = {f"{model._meta.app_label}_{model._meta.model_name}_export" for model in MONEY}
    assert offered == {*LISTS, SESSIONS, *SPECIAL}
    assert files_of_money() == {*offered, *PAPERS, *OTHERS, *OF_OPERATORS}
    assert set(TABLES) == {"transfers", "receipts", "invoices", "hosts", "days"}


def both(desk: Client, name: str) -> list[Row]:
    """The rows of a list, which its two files have alike."""
    as_csv, as_xlsx = (fetch(desk, reverse(f"admin:{name}", args=[kind])) for kind in ("csv", "xlsx"))
    rows = of_csv(as_csv)
    assert same(rows, of_xlsx(as_xlsx))
    return rows


@pytest.mark.parametrize("name", LISTS)
def test_lists_sum_to_their_tables(month: Played, desk: Client, name: str) -> None:
    model, columns = LISTS[name]
    rows, held = both(desk, name), list(model._default_manager.all())
    assert len(rows) == len(held) > 0
    for column in columns:
        amounts = Counter(Decimal(getattr(one, column)) for one in held)
        assert Counter(Decimal(row[column]) for row in rows) == amounts, column


def test_the_list_of_sessions_sums_to_the_receipts(month: Played, desk: Client) -> None:
    rows = both(desk, SESSIONS)
    assert len(rows) == Session.objects.count()
    settled = Session.objects.filter(receipt__isnull=False).select_related("receipt")
    for currency in ("KGS", "KWD"):
        costs = [one.receipt.subject_gross for one in settled if one.receipt and one.receipt.currency == currency]
        assert sum_of(rows, "cost", currency=currency) == sum(costs)


def of_month(desk: Client, first: date, name: str, kind: str) -> bytes:
    return fetch(desk, reverse("admin:billing_books_file", args=[first.year, first.month, name, kind]))


@MONTHS
@pytest.mark.parametrize("name", TABLES)
def test_files_of_a_month_say_the_same_in_every_kind(month: Played, desk: Client, first: date, name: str) -> None:
    rows = of_csv(of_month(desk, first, name, "csv"))
    assert same(rows, of_xlsx(of_month(desk, first, name, "xlsx")))
    held = list(TABLES[name].rows(first))
    assert len(rows) == len(held)
    for column in TABLES[name].amounts:
        amounts = Counter(Decimal(getattr(one, column)) for one in held)
        assert Counter(Decimal(row[column]) for row in rows) == amounts
    assert printed(on_paper(of_month(desk, first, name, "pdf"))) == expected(rows, name)


def printed(lines: list[str]) -> list[tuple[Decimal, str]]:
    """Every amount of a paper with its currency."""
    return [(amount_in(amount), currency) for amount, currency in NAMED.findall("\n".join(lines))]


def amount_in(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-"))


def expected(rows: list[Row], name: str) -> list[tuple[Decimal, str]]:
    """The amounts of the rows, the oldest first, then what they sum to by currency and column."""
    columns, oldest_first = TABLES[name].amounts, rows[::-1]
    amounts = [(Decimal(row[column]), row["currency"]) for row in oldest_first for column in columns]
    currencies = list(dict.fromkeys(row["currency"] for row in oldest_first))
    sums = [(sum_of(rows, column, currency=one), one) for one in currencies for column in columns]
    return [*amounts, *sums]


@MONTHS
def test_files_of_a_month_sum_to_the_ledger(month: Played, desk: Client, first: date) -> None:
    until = APRIL if first == MARCH else date(2026, 5, 1)
    found = [one for one in counting.entries() if first <= local(one) < until]
    transfers, receipts, days = (
        of_csv(of_month(desk, first, name, "csv")) for name in ("transfers", "receipts", "days")
    )
    for currency in ("KGS", "KWD"):
        moved = sum(one.amount for one in found if one.currency == currency)
        assert sum_of(transfers, "amount", currency=currency) == sum_of(days, "amount", currency=currency) == moved
        tax = counting.came_to(found, "tax", currency)
        gross = sum(gross for gross, _tax in counting.earned(one for one in found if one.currency == currency).values())
        for rows in (receipts, days):
            said = [sum_of(rows, column, currency=currency) for column in NAMES]
            assert said == [gross - tax, tax, gross]


def local(one: counting.Entry) -> date:
    return one.made_at.astimezone(ZONE).date()


@MONTHS
def test_totals_say_the_same_in_every_kind(month: Played, desk: Client, first: date) -> None:
    rows = of_csv(of_month(desk, first, "totals", "csv"))
    assert same(rows, of_xlsx(of_month(desk, first, "totals", "xlsx")))
    paper = printed(on_paper(of_month(desk, first, "totals", "pdf")))
    assert paper == [(Decimal(row["amount"]), row["currency"]) for row in rows]
    ends = [row for row in rows if row["kind"] == "closing balance"]
    for currency, said in ClosedMonth.objects.get(month=first).totals["currencies"].items():
        closing = {row["account"]: Decimal(row["amount"]) for row in ends if row["currency"] == currency}
        assert closing == {name: Decimal(amount) for name, amount in said["closing"].items()}
        assert sum(closing.values()) == 0


def held(model: type[Model], count: int) -> Iterator[Any]:
    rows: Any = model._default_manager.all()
    yield from (rows.filter(kind="correction") if model is Receipt else rows).order_by("pk")[:count]


@pytest.mark.parametrize("name", PAPERS)
def test_papers_end_with_what_they_come_to(month: Played, desk: Client, name: str) -> None:
    for record in held(*PAPERS[name]):
        paper = on_paper(fetch(desk, reverse(f"admin:{name}", args=[record.pk, "en"])))
        currency = getattr(record, "currency", None) or record.wallet.currency
        last = (
            record.closing if name == "billing_statement_pdf" else getattr(record, "share", getattr(record, "gross", 0))
        )
        said = sums_on([line.replace("−", "-") for line in paper], currency)
        assert abs(last) in [abs(amount) for amount in said], (record, said)
        for line in getattr(record, "lines", []) if isinstance(record, Invoice | Statement) else []:
            assert line["number"] in paper


def test_charges_of_a_host_sum_to_its_statement(month: Played, desk: Client) -> None:
    for statement in HostStatement.objects.all():
        rows = of_csv(fetch(desk, reverse("admin:billing_hoststatement_charges", args=[statement.pk])))
        assert [sum_of(rows, column) for column in NAMES] == [getattr(statement, column) for column in NAMES]
        assert sum_of(rows, "energy_wh") == statement.energy_wh


@pytest.mark.parametrize("name", ["transfers", "receipts", "sessions"])
def test_operators_get_the_same_files(month: Played, desk: Client, name: str) -> None:
    api = Client(headers=bearer(User.objects.get(email="root@example.com")))
    as_csv, as_xlsx = (fetch(api, f"/api/v1/operator/exports/{name}?format={kind}") for kind in ("csv", "xlsx"))
    rows = of_csv(as_csv)
    assert same(rows, of_xlsx(as_xlsx))
    page = {"transfers": "billing_transfer_export", "receipts": "billing_receipt_export", "sessions": SESSIONS}[name]
    ours = both(desk, page)
    column = {"transfers": "amount", "receipts": "gross", "sessions": "cost"}[name]
    shared = [column for column in rows[0] if column in ours[0]]
    assert column in shared
    assert [[plain_row(row)[one] for one in shared] for row in rows] == [
        [plain_row(row)[one] for one in shared] for row in ours
    ]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("invoice", ("gross", "paid")),
        ("hoststatement", ("net", "share")),
        ("providerregister", ("remitted",)),
        ("goodwillline", ("amount",)),
        ("openingline", ("amount",)),
    ],
)
def test_lists_on_the_page_show_the_amounts_of_the_file(
    month: Played, desk: Client, name: str, columns: tuple[str, ...]
) -> None:
    address = reverse(f"admin:billing_{name}_changelist")
    shown = "".join(fetch(desk, f"{address}?p={number}").decode() for number in (1, 2))
    for row in both(desk, f"billing_{name}_export"):
        for column in columns:
            amount = Decimal(plain(Decimal(row[column]), row["currency"]))
            assert written(amount, row["currency"]) in shown, (row, column)
