"""Papers about money that are found by a number of theirs: ours, a bank's, a cash register's or a provider's."""

from datetime import datetime

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from billing.models import FiscalDocument, Invoice, Payout, RegisterLine
from drivepower.portal import wording
from drivepower.portal.search.kind import Kind
from drivepower.portal.search.saying import Saying


def of_invoice(said: Saying, at: datetime) -> Q | None:
    """By its printed number, or its public id."""
    if said.public_id:
        return Q(public_id=said.public_id)
    if said.invoice is None:
        return None
    seller, year, number = said.invoice
    return Q(seller=seller, year=year, number=number)


def of_payout(said: Saying, at: datetime) -> Q | None:
    """By our id, or the bank's reference."""
    if said.public_id:
        return Q(public_id=said.public_id)
    return Q(bank_reference=said.text) if said.is_like_a_reference else None


def of_fiscal_document(said: Saying, at: datetime) -> Q | None:
    """By what its adapter is told, or its fiscal number: the index begins with the adapter, and is skipped through."""
    if said.public_id:
        return Q(public_id=said.public_id)
    return Q(fiscal_number=said.text) if said.is_like_a_reference else None


def of_register_line(said: Saying, at: datetime) -> Q | None:
    """By the provider's transaction, as an index has it: a line that is told again is found by the first one."""
    if not said.is_like_a_reference:
        return None
    again = (RegisterLine.Difference.REPEATED, RegisterLine.Difference.CURRENCY)
    return Q(provider_transaction=said.text) & ~Q(difference__in=again)


def invoice_line(invoice: Invoice) -> tuple[str, str]:
    """The number; the amount, until when, whose."""
    amount = wording.money(invoice.gross, invoice.currency)
    due = str(_("due %(day)s") % {"day": date_format(invoice.due_on, "j M Y")})
    return invoice.full_number, " · ".join(filter(None, [amount, due, str(invoice.wallet.company or "")]))


def payout_line(payout: Payout) -> tuple[str, str]:
    """The amount; how it stands, the bank's reference."""
    amount = wording.money(payout.amount, payout.wallet.currency)
    told = [str(payout.get_state_display()), payout.bank_reference, wording.minute(payout.asked_at)]
    return amount, " · ".join(filter(None, told))


def fiscal_line(document: FiscalDocument) -> tuple[str, str]:
    """The fiscal number; how it stands, of which receipt."""
    return str(document), f"{document.get_state_display()} · {document.receipt.full_number}"


def register_line(line: RegisterLine) -> tuple[str, str]:
    """The provider's transaction; what it was, and whether it differs from ours."""
    told = [line.provider, str(line.get_kind_display()), wording.money(line.amount, line.currency)]
    return line.provider_transaction, " · ".join([*told, *filter(None, [str(line.get_difference_display())])])


PAPERS = (
    Kind(_("Invoices"), "request_quote", Invoice, of_invoice, invoice_line, ("wallet__company",)),
    Kind(_("Payouts"), "payments", Payout, of_payout, payout_line, ("wallet",)),
    Kind(_("Fiscal receipts"), "point_of_sale", FiscalDocument, of_fiscal_document, fiscal_line, ("receipt",)),
    Kind(_("Lines of registers"), "compare_arrows", RegisterLine, of_register_line, register_line, ("register",)),
)
