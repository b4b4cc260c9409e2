"""What a receipt says of its registration."""

from typing import Any

from billing.models import FiscalDocument, Receipt


def document_of(receipt: Receipt) -> FiscalDocument | None:
    """The document of a receipt; None where it was never queued."""
    found: FiscalDocument | None = getattr(receipt, "fiscal_document", None)
    return found


def corrected(receipt: Receipt) -> FiscalDocument | None:
    """What a receipt corrects, as a register knows it: of its subject's earlier receipts the last that was queued.

    One without money in it never was; what corrects such a one corrects what was registered before.
    """
    earlier = FiscalDocument.objects.filter(receipt__subject=receipt.subject, receipt__lt=receipt.pk)
    return earlier.select_related("receipt").order_by("-receipt").first()


def told(receipt: Receipt) -> dict[str, Any] | None:
    """For programs: state, and what the register made of it; None where no register is told of it."""
    document = document_of(receipt)
    if document is None:
        return None
    return {
        "state": document.state,
        "number": document.fiscal_number,
        "sign": document.fiscal_sign,
        "device": document.device,
        "qr": document.qr,
        "registered_at": document.done_at,
    }
