"""Taking back what was set against an invoice by mistake: by a row that says so and why; nothing is rewritten."""

from datetime import datetime

from django.db.models import F

from billing import ledger
from billing.ledger.wallets import once
from billing.models import Invoice, InvoicePayment
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable


def take_back_payment(*, payment: InvoicePayment, reason: str, by: str, at: datetime) -> InvoicePayment:
    """Let the payment count for nothing: its transfer is free again, the invoice is to be paid by so much more.

    Refuses reason_missing, not_a_payment for what takes one back itself, and already_taken_back.
    """
    if not reason.strip():
        raise Refusal("reason_missing", "Say why.")
    if payment.undoes_id is not None:
        raise Refusal("not_a_payment", "This takes a payment back; it is none.")
    invoice = payment.invoice
    with once("already_taken_back", "This payment was taken back before."):
        ledger.lock([invoice.wallet_id])
        made = InvoicePayment.objects.create(
            invoice=invoice,
            transfer=payment.transfer,
            undoes=payment,
            turn=payment.turn,
            amount=-payment.amount,
            reason=storable(reason.strip()),
            made_by=by,
            made_at=at,
        )
        Invoice.objects.filter(pk=invoice.pk).update(paid=F("paid") - payment.amount)
        invoice.refresh_from_db(fields=["paid"])
    return made
