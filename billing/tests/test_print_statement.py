from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from pytest_django import Settings

from accounts.models import Company
from billing.models import Statement
from billing.statements import make_statements
from billing.statements.pdf import file_name, pdf_of
from billing.tests.making import give
from billing.tests.reading_pdf import pages_of
from billing.tests.test_make_statements import APRIL_BEGINS, MARCH, TENTH, charge, fleet

pytestmark = pytest.mark.django_db


@pytest.fixture
def statement() -> Iterator[Statement]:
    """40 kWh at 15.00 = 600.00 with a credit of 500.00, then 50.00 paid: 50.00 of 550.00 are beyond the credit."""
    wallet = fleet("500")
    Company.objects.filter(wallets=wallet).update(name="ОсОО Такси", tax_id="99887766")
    charge(wallet, 40_000, "session:1", TENTH)
    give(wallet, "50", at=TENTH + timedelta(days=1))
    make_statements(month=MARCH, at=APRIL_BEGINS)
    with translation.override("en"):
        yield Statement.objects.get()


def in_order(text: str, *words: str) -> bool:
    places = [text.find(word) for word in words]
    return -1 not in places and places == sorted(places)


def test_it_prints_a_month(statement: Statement) -> None:
    (text,) = pages_of(pdf_of(statement))
    assert in_order(text, "Statement, March 2026", "ОсОО Такси, tax id 99887766", "1 Apr 2026, 00:00:00 (UTC+06:00)")
    assert in_order(text, "Opening balance\n0.00 KGS", "Charged\n−600.00 KGS", "Refunded", "Paid\n50.00 KGS")
    assert in_order(text, "Closing balance\n−550.00 KGS", "To be paid: 550.00 KGS.", "credit: 50.00 KGS.")
    # 12 % in 600.00
    assert "Tax in the receipts of the month: 64.29 KGS." in text
    assert in_order(text, "DP-2026-000001\n10 Mar 2026", "BSK-01", "40.000 kWh", "535.71\n64.29\n600.00")


def test_it_prints_in_russian(statement: Statement) -> None:
    with translation.override("ru"):
        (text,) = pages_of(pdf_of(statement))
    assert in_order(text, "Выписка, Март 2026 г.", "ИНН 99887766", "Начислено\n−600,00 KGS", "К оплате: 550,00 KGS.")


def test_it_prints_a_month_in_which_nothing_happened(statement: Statement) -> None:
    empty = Statement(wallet=statement.wallet, month=statement.month, made_at=statement.made_at, owed=Decimal(0))
    for name in ("opening", "charged", "refunded", "paid", "other", "closing", "tax"):
        setattr(empty, name, Decimal(0))
    (text,) = pages_of(pdf_of(empty))
    assert "To be paid: 0.00 KGS." in text
    assert "Quantity" not in text


def test_it_is_the_same_file_whenever_it_is_printed(statement: Statement) -> None:
    assert pdf_of(statement) == pdf_of(Statement.objects.get())
    assert file_name(statement, "ru") == f"statement-2026-03-{statement.public_id}-ru.pdf"


def test_it_names_who_sold_then(statement: Statement, settings: Settings) -> None:
    before = pdf_of(statement)
    settings.SELLER_NAME = "Moon"
    assert pdf_of(statement) == before
