"""What a receipt says of its registration."""

from typing import Any

from billing.models import FiscalDocument, Receipt


def document_of(receipt: Receipt) -> FiscalDocument | None:
    """The document of a receipt; None where it was never queued."""
    found: FiscalDocument | None = getattr(receipt, "fiscal_document", None)
    return found


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
