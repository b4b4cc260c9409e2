"""Papers of companies for books that are looked at: an invoice that a bank transfer paid, a share of a host."""

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Company
from billing import ledger
from billing.invoices import make_invoices, pay_invoice
from billing.models import HostAgreement, HostStatement, Invoice
from billing.statements import make_statements
from billing.tests.making import NOON
from billing.tests.test_make_statements import charge, fleet

MARCH = date(2026, 3, 1)


def paper_of_a_fleet() -> Invoice:
    """150.00 charged on credit; as much came by bank, and 140.00 of it are set against the invoice."""
    wallet = fleet()
    charge(wallet, 10_000, "session:fleet", NOON)
    make_statements(month=MARCH, at=NOON + timedelta(days=40))
    make_invoices(month=MARCH, at=NOON + timedelta(days=40))
    invoice = Invoice.objects.get(wallet=wallet)
    paid = ledger.top_up(wallet=wallet, provider="bank", amount=invoice.gross, reference="bank:1", at=NOON)
    pay_invoice(invoice=invoice, transfer=paid, amount=Decimal(140), by="staff:1", at=NOON)
    return invoice


def paper_of_a_host() -> HostStatement:
    """10.00 of 100.00 that were earned at a place."""
    host = Company.objects.create(name="Host")
    agreement = HostAgreement.objects.create(
        company=host, currency="KGS", share_percent=10, valid_from=MARCH, made_by="staff:1", made_at=NOON
    )
    wallet = ledger.wallet_of(company=host, currency="KGS")
    share = ledger.share(wallet=wallet, amount=Decimal(10), reference="share:1", made_by="rule:books", at=NOON)
    return HostStatement.objects.create(
        company=host,
        agreement=agreement,
        place="BSK",
        place_name="Bishkek",
        month=MARCH,
        currency="KGS",
        sessions=1,
        energy_wh=1000,
        net=100,
        tax=0,
        gross=100,
        share=10,
        made_at=NOON,
        transfer=share,
    )
