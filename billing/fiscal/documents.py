"""A receipt as a cash register is told of it."""

from billing.fiscal.protocol import Document, Line
from billing.fiscal.told import corrected
from billing.models import FiscalDocument, LineKind, ReceiptLine


def written(document: FiscalDocument) -> Document:
    """What is sent for it; the same at every try, since receipts never change."""
    receipt = document.receipt
    before = corrected(receipt)
    return Document(
        public_id=document.public_id,
        number=receipt.full_number,
        kind=receipt.kind,
        corrects=before.fiscal_number if before else "",
        currency=receipt.currency,
        net=receipt.net,
        tax=receipt.tax,
        gross=receipt.gross,
        seller_tax_id=receipt.sold_by.get("tax_id", ""),
        made_at=receipt.made_at,
        lines=tuple(map(line_of, receipt.lines.order_by("position"))),
    )


def line_of(line: ReceiptLine) -> Line:
    """A line by its name; a fee's rule may be called by anything."""
    name = ": ".join(filter(None, (LineKind(line.dimension).value, line.rule_name)))
    return Line(name, line.quantity, line.unit, line.tax_percent, line.tax, line.gross)
