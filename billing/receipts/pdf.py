"""A receipt on paper, in the language in force."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from billing.fiscal.told import document_of
from billing.models import LineKind, Receipt, ReceiptLine
from billing.paper import Paper
from billing.parties import named
from billing.receipts.frozen import buyer_of, seller_of
from billing.receipts.why import lines_of, taxes, why
from billing.wording import bare, clean, moment, money, percent, quantity, rate, tax_name, window, zone_of

WIDTHS = (58, 24, 24, 22, 22, 24)


def pdf_of(receipt: Receipt) -> bytes:
    """The receipt as a PDF."""
    lines = lines_of(receipt)
    paper = Paper(title=title(receipt), seller=seller_of(receipt), at=receipt.made_at)
    zone = zone_of(receipt.time_zone)
    paper.facts(
        [
            (_("Date"), moment(receipt.made_at, zone)),
            (_("Corrects"), receipt.corrects.full_number if receipt.corrects else ""),
            (_("Reason"), receipt.reason),
            (_("Buyer"), named(buyer_of(receipt))),
            (_("Place"), receipt.about),
            (_("Times"), _("on the clock of %(zone)s") % {"zone": zone.key}),
        ]
    )
    heads = _("What"), _("Quantity"), _("Unit price"), _("Net"), _("Tax"), _("Total")
    paper.rows(heads, [row_of(receipt, line) for line in lines], WIDTHS)
    paper.sums(sums_of(receipt, lines))
    paper.say(_("Why it cost this"), bold=True, size=11)
    for sentence in why(receipt, lines):
        paper.say(sentence)
    register(paper, receipt)
    return paper.done()


def register(paper: Paper, receipt: Receipt) -> None:
    """What the tax office's cash register has made of it, where it has."""
    document = document_of(receipt)
    if document is None or not document.fiscal_number:
        return
    paper.ln(4)
    paper.say(_("Registered at the cash register"), bold=True, size=11)
    paper.facts(
        [
            (_("Fiscal number"), document.fiscal_number),
            (_("Fiscal sign"), document.fiscal_sign),
            (_("Cash register"), document.device),
            (_("Registered"), moment(document.done_at, zone_of(receipt.time_zone)) if document.done_at else ""),
        ]
    )
    if document.qr:
        paper.code(document.qr)


def title(receipt: Receipt) -> str:
    """What the paper is, and its number."""
    name = _("Receipt") if receipt.kind == Receipt.Kind.SALE else _("Correction")
    return f"{name} {receipt.full_number}"


def file_name(receipt: Receipt, language: str) -> str:
    """What the file is called where it is kept."""
    return f"{receipt.full_number}-{language}.pdf"


def row_of(receipt: Receipt, line: ReceiptLine) -> Sequence[str]:
    """A line as the table's cells."""
    what = ": ".join(filter(None, (str(LineKind(line.dimension).label), line.rule_name)))
    when = window(line.starts_at, line.ends_at, zone_of(receipt.time_zone), dated=True)
    return (
        f"{clean(what)}\n{when}",
        quantity(line.quantity, line.unit),
        rate(line.unit_price, receipt.currency) if line.unit_price else "",
        *(bare(amount, receipt.currency) for amount in (line.net, line.tax, line.gross)),
    )


def sums_of(receipt: Receipt, lines: Sequence[ReceiptLine]) -> list[tuple[str, str]]:
    """Net, tax by its rate, total; for a correction also what it all comes to."""
    rates = [(f"{tax_name(receipt.tax_name)} {percent(rate_)}", tax) for rate_, tax in taxes(lines).items()]
    sums = [(_("Net"), receipt.net), *rates, (_("Total"), receipt.gross)]
    if receipt.corrects:
        sums.append((_("In all, with earlier receipts"), receipt.subject_gross))
    return [(name, money(amount, receipt.currency)) for name, amount in sums]
