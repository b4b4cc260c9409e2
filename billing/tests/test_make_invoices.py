from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from accounts.models import Company
from billing import ledger
from billing.invoices import make_invoices
from billing.invoices.lines import totals
from billing.models import Invoice, ReceiptCounter
from billing.statements import make_statements
from billing.tests.making import give, wallet_with
from billing.tests.months import APRIL, APRIL_BEGINS, JUNE_BEGINS, MARCH, MAY_BEGINS, TENTH, charge, correct, invoiced
from billing.tests.test_make_statements import fleet
from billing.tests.threads import at_once

pytestmark = pytest.mark.django_db


def amounts(invoice: Invoice) -> list[str]:
    return [f"{amount:.2f}" for amount in (invoice.net, invoice.tax, invoice.gross, invoice.paid)]


def test_it_asks_for_what_a_month_was_charged() -> None:
    # 40 kWh = 600.00 and 20 kWh = 300.00, 12 % in both: 64.29 + 32.14.
    wallet = fleet()
    receipts = [charge(wallet, 40_000, "session:1", TENTH), charge(wallet, 20_000, "session:2", TENTH)]
    invoice = invoiced(wallet)
    assert amounts(invoice) == ["803.57", "96.43", "900.00", "0.00"]
    assert (invoice.full_number, invoice.due_on) == ("DP-INV-2026-000001", date(2026, 4, 15))
    assert [line["number"] for line in invoice.lines] == [receipt.full_number for receipt in receipts]
    assert invoice.lines[0]["taxes"] == [
        {"name": "VAT", "percent": "12.00", "net": "535.71", "tax": "64.29", "gross": "600.00"}
    ]
    assert [(one.name, one.percent, one.gross) for one in totals(invoice.lines)] == [("VAT", Decimal(12), Decimal(900))]


def test_it_keeps_who_sold_and_who_bought(settings: Settings) -> None:
    wallet = fleet()
    settings.SELLER_NAME = "Sun"
    charge(wallet, 10_000, "session:1", TENTH)
    invoice = invoiced(wallet)
    settings.SELLER_NAME = "Moon"
    Company.objects.update(name="Another")
    invoice.refresh_from_db()
    assert (invoice.sold_by["name"], invoice.bought_by["name"]) == ("Sun", "Fleet 0")


def test_it_numbers_without_gaps_beside_the_receipts(settings: Settings) -> None:
    settings.RECEIPT_SELLER, settings.INVOICE_DUE_DAYS = "TENLETTERS", 30
    for number in range(3):
        charge(fleet(), 10_000, f"session:{number}", TENTH)
    make_statements(month=MARCH, at=APRIL_BEGINS)
    assert make_invoices(month=MARCH, at=APRIL_BEGINS) == 3
    assert list(Invoice.objects.order_by("pk").values_list("number", "seller", "year")) == [
        (number, "TENLETTERS", 2026) for number in (1, 2, 3)
    ]
    assert ReceiptCounter.objects.get(seller="TENLETTERS", year=2026).last == 3
    assert {invoice.due_on for invoice in Invoice.objects.all()} == {date(2026, 5, 1)}


def test_it_makes_each_once_and_those_that_were_missed_since_the_last() -> None:
    wallet = fleet("5000")
    for number, at in enumerate([TENTH, APRIL_BEGINS, MAY_BEGINS]):
        charge(wallet, 10_000, f"session:{number}", at)
    invoiced(wallet)
    make_statements(month=date(2026, 5, 1), at=JUNE_BEGINS)
    assert make_invoices(month=date(2026, 5, 1), at=JUNE_BEGINS) == 2
    assert make_invoices(month=date(2026, 5, 1), at=JUNE_BEGINS) == 0
    assert [one.month.month for one in Invoice.objects.order_by("pk")] == [3, 4, 5]


def test_it_makes_none_for_who_pays_beforehand() -> None:
    prepaid = fleet("0")
    give(prepaid, "1000", at=TENTH)
    charge(prepaid, 10_000, "session:1", TENTH)
    charge(wallet_with("500"), 10_000, "session:2", TENTH)
    fleet()
    make_statements(month=MARCH, at=APRIL_BEGINS)
    assert make_invoices(month=MARCH, at=APRIL_BEGINS) == 0


def test_it_makes_one_for_who_owes_without_a_credit() -> None:
    wallet = fleet("0")
    charge(wallet, 10_000, "session:1", TENTH)
    assert amounts(invoiced(wallet))[2] == "150.00"


def test_it_puts_corrections_of_an_earlier_month_into_their_own_as_negative_lines() -> None:
    wallet = fleet()
    charge(wallet, 40_000, "session:1", TENTH)
    invoiced(wallet)
    charge(wallet, 30_000, "session:2", APRIL_BEGINS)
    correct(wallet, 20_000, "session:1", APRIL_BEGINS + timedelta(days=3))
    april = invoiced(wallet, APRIL, MAY_BEGINS)
    assert [line["gross"] for line in april.lines] == ["450.00", "-300.00"]
    assert amounts(april)[2] == "150.00"


def test_it_makes_a_credit_note_of_less_than_nothing() -> None:
    # 535.71 + 64.29 become 267.86 + 32.14. Without a credit any more: the correction has to reach them all the same.
    wallet = fleet()
    charge(wallet, 40_000, "session:1", TENTH)
    invoiced(wallet)
    give(wallet, "600", at=APRIL_BEGINS)
    ledger.set_credit_limit(wallet=wallet, limit=Decimal(0), at=APRIL_BEGINS)
    correct(wallet, 20_000, "session:1", APRIL_BEGINS + timedelta(days=3))
    assert amounts(invoiced(wallet, APRIL, MAY_BEGINS)) == ["-267.85", "-32.15", "-300.00", "0.00"]


def test_it_tells_taxes_of_a_correction_over_a_change_apart() -> None:
    wallet = fleet()
    charge(wallet, 40_000, "session:1", TENTH)
    invoiced(wallet)
    correct(wallet, 40_000, "session:1", APRIL_BEGINS, percent=14)
    april = invoiced(wallet, APRIL, MAY_BEGINS)
    assert [(one.percent, one.gross) for one in totals(april.lines)] == [
        (Decimal(12), Decimal(-600)),
        (Decimal(14), Decimal(600)),
    ]
    assert (april.gross, april.tax) == (0, sum(one.tax for one in totals(april.lines)))


@pytest.mark.parametrize("change", [{"gross": 1, "net": 1, "tax": 0}, {"number": 9}, {"due_on": date(2027, 1, 1)}])
def test_it_never_changes_one(change: dict[str, object]) -> None:
    wallet = fleet()
    charge(wallet, 10_000, "session:1", TENTH)
    invoice = invoiced(wallet)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Invoice.objects.update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        invoice.delete()


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_when_two_workers_make_them_at_once() -> None:
    for number in range(3):
        charge(fleet(), 10_000, f"session:{number}", TENTH)
    make_statements(month=MARCH, at=APRIL_BEGINS)
    made = at_once(*[partial(make_invoices, month=MARCH, at=APRIL_BEGINS)] * 3)
    assert (sum(made), sorted(Invoice.objects.values_list("number", flat=True))) == (3, [1, 2, 3])
