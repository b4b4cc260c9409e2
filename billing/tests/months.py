"""Months of companies that the tests of books share: charges, corrections, invoices, bank transfers."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from billing import adjustments, ledger
from billing.invoices import make_invoices
from billing.models import Invoice, Receipt, Transfer, Wallet
from billing.pricing import price
from billing.receipts import give_receipt
from billing.statements import make_statements
from billing.tests.making import rule, straight, terms
from billing.tests.test_make_statements import APRIL, APRIL_BEGINS, MARCH, MAY_BEGINS, TENTH, charge, fleet

__all__ = ["APRIL", "APRIL_BEGINS", "MARCH", "MAY_BEGINS", "TENTH", "bank", "charge", "correct", "fleet", "invoiced"]

BY = "staff:1"
JUNE_BEGINS = datetime(2026, 5, 31, 18, tzinfo=UTC)


def correct(wallet: Wallet, wh: int, subject: str, at: datetime, *, revision: int = 1, percent: int = 12) -> Receipt:
    """That the subject was of that much energy after all, at 15.00 with so much tax in it."""
    given = terms(rule("per_kwh", "15"), tax_percent=Decimal(percent))
    made = price(given, straight(TENTH - timedelta(hours=1), 40, wh))
    ledger.capture(wallet=wallet, subject=subject, revision=revision, net=made.net, tax=made.tax, at=at)
    return give_receipt(wallet=wallet, subject=subject, about="BSK-01", price=made, terms=given, at=at, reason="late")


def invoiced(wallet: Wallet, month: date = MARCH, at: datetime = APRIL_BEGINS) -> Invoice:
    """The invoice of that month, made at that time."""
    make_statements(month=month, at=at)
    make_invoices(month=month, at=at)
    return Invoice.objects.get(wallet=wallet, month=month)


def bank(wallet: Wallet, amount: str, reference: str, at: datetime = APRIL_BEGINS) -> Transfer:
    """Money that came by bank."""
    asked = adjustments.ask_bank_transfer(
        wallet=wallet, amount=Decimal(amount), bank_reference=reference, asked_by=BY, at=at
    )
    if asked.transfer is None:
        asked = adjustments.approve(adjustment=asked, decided_by="staff:2", at=at)
    assert asked.transfer
    return asked.transfer
