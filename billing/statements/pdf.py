"""A statement on paper, in the language in force."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.models import Statement
from billing.paper import Paper
from billing.parties import buyer_today, named, seller_at
from billing.wording import bare, day, moment, money, quantity, zone_of

WIDTHS = (34, 60, 24, 19, 18, 19)


def pdf_of(statement: Statement) -> bytes:
    """The statement as a PDF; all times are the network's."""
    zone = zone_of("")
    paper = Paper(title=title(statement), seller=seller_at(statement.made_at), at=statement.made_at)
    paper.facts(
        [
            (_("Company"), named(buyer_today(statement.wallet))),
            (_("Currency"), statement.wallet.currency),
            (_("Made"), moment(statement.made_at, zone)),
            (_("Times"), _("on the clock of %(zone)s") % {"zone": zone.key}),
        ]
    )
    paper.sums(sums_of(statement))
    for sentence in sentences(statement):
        paper.say(sentence)
    paper.ln(4)
    if statement.lines:
        paper.rows(heads(), [row_of(line, statement.wallet.currency) for line in statement.lines], WIDTHS, left=2)
    return paper.done()


def heads() -> Sequence[str]:
    """The heads of a table of receipts."""
    return _("Receipt"), _("Place"), _("Quantity"), _("Net"), _("Tax"), _("Total")


def title(statement: Statement) -> str:
    """What the paper is, and of which month."""
    return _("Statement, %(month)s") % {"month": date_format(statement.month, "YEAR_MONTH_FORMAT")}


def file_name(statement: Statement, language: str) -> str:
    """What the file is called where it is kept."""
    return f"statement-{statement.month:%Y-%m}-{statement.public_id}-{language}.pdf"


def sums_of(statement: Statement) -> list[tuple[str, str]]:
    """From the opening balance to the closing one."""
    sums = [
        (_("Opening balance"), statement.opening),
        (_("Charged"), -statement.charged),
        (_("Refunded"), statement.refunded),
        (_("Paid"), statement.paid),
        (_("Other movements"), statement.other),
        (_("Closing balance"), statement.closing),
    ]
    return [(name, money(amount, statement.wallet.currency)) for name, amount in sums]


def sentences(statement: Statement) -> list[str]:
    """What is to be paid, what of it is beyond the credit, and the tax of the month."""
    currency = statement.wallet.currency
    due = money(max(-statement.closing, Decimal(0)), currency)
    told = [_("To be paid: %(amount)s.") % {"amount": due}]
    if statement.owed:
        told.append(_("Beyond the agreed credit: %(amount)s.") % {"amount": money(statement.owed, currency)})
    told.append(_("Tax in the receipts of the month: %(amount)s.") % {"amount": money(statement.tax, currency)})
    return told


def row_of(line: dict[str, Any], currency: str) -> Sequence[str]:
    """A receipt as the table's cells."""
    amounts = (bare(Decimal(line[name]), currency) for name in ("net", "tax", "gross"))
    energy = quantity(Decimal(line["energy_wh"]), "Wh") if line["energy_wh"] else ""
    return (
        f"{line['number']}\n{day(datetime.fromisoformat(line['made_at']), zone_of(''))}",
        line["about"],
        energy,
        *amounts,
    )
