"""Setting money that came by bank against invoices: no more of it than came, no more than is to be paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import DecimalField, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing import ledger
from billing.ledger.wallets import ZERO, once
from billing.models import Invoice, InvoicePayment, Transfer, Wallet
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.texts import letters

AMOUNT = DecimalField(max_digits=16, decimal_places=3)


@dataclass(frozen=True)
class Suggestion:
    """Money that may be meant for an invoice: what of it is left, and how well it fits (names it, is as much)."""

    transfer: Transfer
    left: Decimal
    names_it: bool
    is_as_much: bool


def pay_invoice(*, invoice: Invoice, transfer: Transfer, amount: Decimal, by: str, at: datetime) -> InvoicePayment:
    """Set a part or all of a bank transfer against an invoice of the same wallet.

    Refuses invalid_parameters, not_a_bank_transfer, payment_exceeds_transfer, payment_exceeds_invoice, and
    already_paid for a transfer that pays a part of this invoice already (and was not taken back).
    """
    ledger.check_positive(amount, invoice.currency)
    with once("already_paid", "A part of this transfer is set against this invoice already."):
        # All money of an invoice is its wallet's: whoever sets any of that against one waits here.
        ledger.lock([invoice.wallet_id])
        check_transfer(transfer, invoice)
        check_left(transfer, amount, invoice.currency)
        raise_paid(invoice, amount)
        return InvoicePayment.objects.create(
            invoice=invoice,
            transfer=transfer,
            turn=turn_of(invoice, transfer),
            amount=amount,
            made_by=by,
            made_at=at,
        )


def turn_of(invoice: Invoice, transfer: Transfer | None) -> int:
    """The how-manieth time it is that this transfer is set against this invoice: again after it was taken back."""
    return 1 + InvoicePayment.objects.filter(invoice=invoice, transfer=transfer, undoes__isnull=False).count()


def check_transfer(transfer: Transfer, invoice: Invoice) -> None:
    """Refuse what is no money that came by bank into the invoice's wallet."""
    if not bank_transfers(invoice).filter(pk=transfer.pk).exists():
        raise Refusal("not_a_bank_transfer", "Only money that came by bank into this wallet can pay its invoices.")


def check_left(transfer: Transfer, amount: Decimal, currency: str) -> None:
    """Refuse more than is left of the transfer."""
    used = InvoicePayment.objects.filter(transfer=transfer).aggregate(total=Sum("amount", default=ZERO))["total"]
    if used + amount > transfer.amount:
        left = plain(transfer.amount - used, currency)
        raise Refusal("payment_exceeds_transfer", "That is more than is left of the transfer.", {"left": left})


def raise_paid(invoice: Invoice, amount: Decimal) -> None:
    """Count the payment on the invoice; refuses more than is still to be paid."""
    to_pay = Invoice.objects.filter(pk=invoice.pk, gross__gte=F("paid") + amount)
    if not to_pay.update(paid=F("paid") + amount):
        now = Invoice.objects.get(pk=invoice.pk)
        left = plain(max(now.gross - now.paid, ZERO), invoice.currency)
        raise Refusal("payment_exceeds_invoice", "That is more than is to be paid of the invoice.", {"left": left})
    invoice.refresh_from_db(fields=["paid"])


def bank_transfers(invoice: Invoice) -> "QuerySet[Transfer]":
    """What came by bank into the invoice's wallet."""
    kind, source = Transfer.Kind.TOP_UP, Wallet.System.CLEARING_BANK
    return Transfer.objects.filter(target=invoice.wallet_id, kind=kind, source__system=source)


def suggestions(invoice: Invoice) -> Sequence[Suggestion]:
    """The transfers that something is left of and that do not pay this invoice yet, the best first."""
    used = InvoicePayment.objects.filter(transfer=OuterRef("pk")).order_by().values("transfer")
    sums = Subquery(used.annotate(total=Sum("amount")).values("total"), output_field=AMOUNT)
    left = F("amount") - Coalesce(sums, Value(ZERO), output_field=AMOUNT)
    stands = InvoicePayment.objects.filter(invoice=invoice, undoes=None, undone_by=None, transfer=OuterRef("pk"))
    free = bank_transfers(invoice).exclude(Exists(stands)).annotate(left=left).filter(left__gt=0)
    found = [suggestion(invoice, transfer, transfer.left) for transfer in free.order_by("id")]
    return sorted(found, key=lambda one: (not one.names_it, not one.is_as_much))


def suggestion(invoice: Invoice, transfer: Transfer, left: Decimal) -> Suggestion:
    """How well a transfer fits."""
    number = letters(invoice.full_number)
    return Suggestion(transfer, left, number in letters(transfer.reference), left == invoice.gross - invoice.paid)
