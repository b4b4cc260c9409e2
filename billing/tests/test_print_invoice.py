from datetime import timedelta

import pytest
from django.utils import translation

from accounts.models import Company
from billing.invoices import pay_invoice
from billing.invoices.pdf import file_name, pdf_of
from billing.models import Invoice
from billing.tests.months import APRIL, APRIL_BEGINS, BY, MAY_BEGINS, TENTH, bank, charge, correct, invoiced
from billing.tests.reading_pdf import pages_of
from billing.tests.test_make_statements import fleet
from billing.tests.test_print_statement import in_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    """40 kWh = 600.00, of it 64.29 tax."""
    wallet = fleet("5000")
    Company.objects.filter(wallets=wallet).update(name="ОсОО Такси", tax_id="99887766")
    wallet.refresh_from_db()
    charge(wallet, 40_000, "session:1", TENTH)
    return invoiced(wallet)


def test_it_prints_what_is_to_be_paid(invoice: Invoice) -> None:
    with translation.override("en"):
        (text,) = pages_of(pdf_of(invoice))
    assert in_order(text, "Invoice DP-INV-2026-000001", "ОсОО Такси, tax id 99887766", "March 2026", "15 Apr 2026")
    assert in_order(text, "DP-2026-000001\n10 Mar 2026", "BSK-01", "40.000 kWh", "535.71\n64.29\n600.00")
    assert in_order(text, "Net\n535.71 KGS", "VAT 12 %\n64.29 KGS", "Total\n600.00 KGS")
    assert "Please name DP-INV-2026-000001 in your transfer." in text


def test_it_prints_in_russian(invoice: Invoice) -> None:
    with translation.override("ru"):
        (text,) = pages_of(pdf_of(invoice))
    assert in_order(text, "Счёт DP-INV-2026-000001", "Оплатить до", "НДС 12 %\n64,29 KGS", "Итого\n600,00 KGS")


def test_it_is_the_same_paper_whatever_was_paid(invoice: Invoice) -> None:
    before = pdf_of(invoice)
    transfer = bank(invoice.wallet, "600", "B-1")
    pay_invoice(invoice=invoice, transfer=transfer, amount=transfer.amount, by=BY, at=APRIL_BEGINS)
    assert pdf_of(Invoice.objects.get()) == before
    assert file_name(invoice, "ru") == "DP-INV-2026-000001-ru.pdf"


def test_it_prints_a_credit_note(invoice: Invoice) -> None:
    correct(invoice.wallet, 20_000, "session:1", APRIL_BEGINS + timedelta(days=1))
    note = invoiced(invoice.wallet, APRIL, MAY_BEGINS)
    with translation.override("en"):
        (text,) = pages_of(pdf_of(note))
    assert in_order(text, "Credit note DP-INV-2026-000002", "Total\n−300.00 KGS")
    assert "To be paid by" not in text
    assert "in your transfer" not in text
