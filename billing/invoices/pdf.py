"""An invoice on paper, in the language in force; it never says what was paid, so that it is the same for ever."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.invoices.lines import totals
from billing.models import Invoice
from billing.paper import Paper
from billing.parties import Party, named
from billing.statements.pdf import WIDTHS, heads, row_of
from billing.wording import moment, money, percent, tax_name, zone_of


def pdf_of(invoice: Invoice) -> bytes:
    """The invoice as a PDF; all times are the network's."""
    zone = zone_of("")
    paper = Paper(title=title(invoice), seller=Party(**invoice.sold_by), at=invoice.made_at)
    paper.facts(
        [
            (_("Date"), moment(invoice.made_at, zone)),
            (_("Buyer"), named(Party(**invoice.bought_by))),
            (_("Month"), date_format(invoice.month, "YEAR_MONTH_FORMAT")),
            (_("To be paid by"), "" if invoice.gross <= 0 else date_format(invoice.due_on, "DATE_FORMAT")),
            (_("Currency"), invoice.currency),
            (_("Times"), _("on the clock of %(zone)s") % {"zone": zone.key}),
        ]
    )
    paper.rows(heads(), [row_of(line, invoice.currency) for line in invoice.lines], WIDTHS, left=2)
    paper.sums(sums_of(invoice))
    if invoice.gross > 0:
        paper.say(_("Please name %(number)s in your transfer.") % {"number": invoice.full_number})
    return paper.done()


def title(invoice: Invoice) -> str:
    """What the paper is, and its number."""
    return f"{_('Credit note') if invoice.gross < 0 else _('Invoice')} {invoice.full_number}"


def file_name(invoice: Invoice, language: str) -> str:
    """What the file is called where it is kept."""
    return f"{invoice.full_number}-{language}.pdf"


def sums_of(invoice: Invoice) -> list[tuple[str, str]]:
    """Net, tax by its name and rate, total."""
    taxes = [(f"{tax_name(one.name)} {percent(one.percent)}", one.tax) for one in totals(invoice.lines) if one.percent]
    sums = [(_("Net"), invoice.net), *taxes, (_("Total"), invoice.gross)]
    return [(name, money(amount, invoice.currency)) for name, amount in sums]
