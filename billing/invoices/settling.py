"""Settling invoices by how their wallet stands: what it does not owe any more is paid, the oldest invoice first.

Money that came by card or beforehand, shares and credit notes stand in the wallet alone; nobody can set them against
an invoice one by one. What is left of bank transfers is taken first, so that it pays no other invoice as well.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from billing import ledger
from billing.invoices.paying import raise_paid, suggestions, turn_of
from billing.ledger.wallets import ZERO
from billing.models import Invoice, InvoicePayment, Receipt, Statement, Transfer, Wallet
from billing.statements.making import begin_of, following

RULE = "rule:invoices"


@transaction.atomic
def settle_invoices(*, wallet: Wallet, by: str, at: datetime, due_before: date | None = None) -> list[InvoicePayment]:
    """Set against its invoices (with `due_before`: those that were due before that day) what they need not be paid of.

    Answers the payments, which are none where the wallet still owes all of it.
    """
    # All money of an invoice is its wallet's: nothing is set against one, and nothing moves, meanwhile.
    free = not_owed(ledger.lock([wallet.pk])[wallet.pk])
    made: list[InvoicePayment] = []
    for invoice in unpaid(wallet):
        amount = min(free, invoice.gross - invoice.paid)
        if amount <= 0 or (due_before and invoice.due_on >= due_before):
            break
        made += _settle(invoice, amount, by, at)
        free -= amount
    return made


def not_owed(wallet: Wallet) -> Decimal:
    """How much of its unpaid invoices (in its currency) the wallet does not owe any more."""
    to_pay: Decimal = sum((one.gross - one.paid for one in unpaid(wallet)), ZERO)
    if not to_pay:
        return ZERO
    owes = max(wallet.owed - wallet.balance - charged_since(wallet), ZERO)
    free: Decimal = max(to_pay - owes, ZERO)
    return free


def unpaid(wallet: Wallet) -> "QuerySet[Invoice]":
    """Those that something is to be paid of, the oldest first."""
    rows = Invoice.objects.filter(wallet=wallet, paid__lt=F("gross")).defer("lines")
    return rows.order_by("month", "pk")


def charged_since(wallet: Wallet) -> Decimal:
    """What was charged after the last statement, at least 0: money pays what is older first."""
    last = Statement.objects.filter(wallet=wallet).order_by("-month").values_list("month", flat=True).first()
    rows = Receipt.objects.filter(wallet=wallet)
    if last:
        rows = rows.filter(made_at__gte=begin_of(following(last)))
    charged: Decimal = rows.aggregate(all=Sum("gross", default=ZERO))["all"]
    return max(charged, ZERO)


def _settle(invoice: Invoice, amount: Decimal, by: str, at: datetime) -> list[InvoicePayment]:
    """By what is left of bank transfers, and the rest by the wallet itself."""
    parts: list[tuple[Transfer | None, Decimal]] = []
    left = amount
    for one in suggestions(invoice):
        if left > 0:
            parts.append((one.transfer, min(left, one.left)))
            left -= min(left, one.left)
    if left > 0:
        parts.append((None, left))
    raise_paid(invoice, amount)
    return [
        InvoicePayment.objects.create(
            invoice=invoice, transfer=from_, amount=part, turn=turn_of(invoice, from_), made_by=by, made_at=at
        )
        for from_, part in parts
    ]
