"""What of a month is handed out as files: rows of the books with their columns, for programs and on paper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing.closing.spans import of_month
from billing.models import ClosedMonth, DayClose, HostStatement, Invoice, Receipt, Transfer, Wallet
from billing.operator.receipts import COLUMNS as OF_RECEIPTS
from billing.operator.shapes import owner_of
from billing.operator.transfers import BY_HAND
from billing.operator.transfers import COLUMNS as OF_TRANSFERS
from billing.statements.making import following, preceding
from billing.wording import bare, day, zone_of
from drivepower.core.exports import Columns

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ENDS = ("source__user", "source__company", "target__user", "target__company")
OWNER = ("wallet__user", "wallet__company")
KINDS = {"driver": _("driver"), "company": _("company")}
OnPaper = Mapping["_StrPromise", tuple[int, Callable[[Any], str]]]


@dataclass(frozen=True)
class Table:
    """One kind of rows: those of a month, their columns in files, and on paper with the width of each in mm.

    The last columns on paper are the amounts, which are summed up by currency (a path of columns).
    """

    title: "_StrPromise"
    right: str
    rows: Callable[[date], "QuerySet[Any]"]
    columns: Columns[Any]
    on_paper: OnPaper
    amounts: Sequence[str]
    currency: str = "currency"


def amount(name: str, currency: Callable[[Any], str] = lambda row: row.currency) -> Callable[[Any], str]:
    """An amount as paper shows it."""
    return lambda row: bare(getattr(row, name), currency(row))


def called(wallet: Wallet) -> str:
    """Whose wallet it is, by public id: people and companies get other names, files of a closed month do not."""
    owner = owner_of(wallet)
    return str(owner["id"] or owner["name"])


def printed(wallet: Wallet) -> str:
    """The same on paper, where the beginning of the id has to do."""
    return (
        str(wallet.get_system_display()) if wallet.system else f"{KINDS[owner_of(wallet)['kind']]} {called(wallet)[:8]}"
    )


def bought_by(receipt: Receipt) -> str:
    """Who bought, as it was said then; by public id where that was not kept."""
    named = str(receipt.bought_by.get("name", ""))
    return named or (called(receipt.wallet) if receipt.wallet else "")


def of_transfers(month: date) -> "QuerySet[Transfer]":
    """What moved in the month."""
    span = of_month(month)
    rows = Transfer.objects.filter(made_at__gte=span.since, made_at__lt=span.until)
    return rows.select_related(*ENDS)


def of_receipts(month: date) -> "QuerySet[Receipt]":
    """What was receipted in the month."""
    span = of_month(month)
    return Receipt.objects.filter(made_at__gte=span.since, made_at__lt=span.until).select_related(*OWNER)


def made_for(papers: Any, month: date) -> "QuerySet[Any]":
    """Papers of that month, made while it was open, and those of closed ones that were made since, while it was the
    first that was open: a closed month gets none any more.
    """
    closed, before = closed_at(month), closed_at(preceding(month))
    mine = Q(month=month) | Q(month__lt=month, made_at__gte=before) if before else Q(month=month)
    rows: QuerySet[Any] = papers.filter(mine & Q(made_at__lt=closed) if closed else mine)
    return rows


def closed_at(month: date) -> datetime | None:
    """When it was closed: with the first closed month that is it, or after it; None while it is open."""
    months = ClosedMonth.objects.filter(seller=settings.RECEIPT_SELLER, month__gte=month).order_by("month")
    return months.values_list("closed_at", flat=True).first()


OF_INVOICES: Columns[Invoice] = {
    "id": lambda invoice: invoice.public_id,
    "number": lambda invoice: invoice.full_number,
    "month": lambda invoice: invoice.month,
    "made_at": lambda invoice: invoice.made_at,
    "due_on": lambda invoice: invoice.due_on,
    "company": lambda invoice: invoice.bought_by.get("name", ""),
    "tax_id": lambda invoice: invoice.bought_by.get("tax_id", ""),
    "net": lambda invoice: invoice.net,
    "tax": lambda invoice: invoice.tax,
    "gross": lambda invoice: invoice.gross,
    "paid": lambda invoice: invoice.paid,
    "currency": lambda invoice: invoice.currency,
}
OF_HOSTS: Columns[HostStatement] = {
    "id": lambda statement: statement.public_id,
    "company": lambda statement: statement.company.name,
    "location": lambda statement: statement.place,
    "location_name": lambda statement: statement.place_name,
    "month": lambda statement: statement.month,
    "sessions": lambda statement: statement.sessions,
    "energy_wh": lambda statement: statement.energy_wh,
    "other_energy_wh": lambda statement: statement.other_energy_wh,
    "net": lambda statement: statement.net,
    "tax": lambda statement: statement.tax,
    "gross": lambda statement: statement.gross,
    "brought": lambda statement: statement.brought,
    "share": lambda statement: statement.share,
    "carried": lambda statement: statement.carried,
    "currency": lambda statement: statement.currency,
}
OF_DAYS: Columns[DayClose] = {
    "day": lambda close: close.day,
    "currency": lambda close: close.currency,
    "transfers": lambda close: close.totals["transfers"],
    "amount": lambda close: close.amount,
    "net": lambda close: close.net,
    "tax": lambda close: close.tax,
    "gross": lambda close: close.gross,
    "differences": lambda close: len(close.differences),
}
TABLES: dict[str, Table] = {
    "transfers": Table(
        _("Transfers"),
        "billing.view_transfer",
        of_transfers,
        {
            **OF_TRANSFERS,
            "source": lambda row: called(row.source),
            "target": lambda row: called(row.target),
            **BY_HAND,
        },
        {
            _("made"): (24, lambda row: day(row.made_at, zone_of(""))),
            _("kind"): (28, lambda row: row.get_kind_display()),
            _("from wallet"): (38, lambda row: printed(row.source)),
            _("to wallet"): (38, lambda row: printed(row.target)),
            _("for"): (22, lambda row: row.subject),
            _("amount"): (24, amount("amount", lambda row: row.source.currency)),
        },
        ["amount"],
        "source__currency",
    ),
    "receipts": Table(
        _("Receipts"),
        "billing.view_receipt",
        of_receipts,
        {**OF_RECEIPTS, "owner": bought_by},
        {
            _("number"): (32, lambda row: row.full_number),
            _("made"): (24, lambda row: day(row.made_at, zone_of(""))),
            _("kind"): (24, lambda row: row.get_kind_display()),
            _("about"): (31, lambda row: row.about),
            _("net"): (21, amount("net")),
            _("tax"): (20, amount("tax")),
            _("total"): (22, amount("gross")),
        },
        ["net", "tax", "gross"],
    ),
    "invoices": Table(
        _("Invoices"),
        "billing.view_invoice",
        lambda month: made_for(Invoice.objects, month),
        # What is paid of them changes after the month is closed: that stands in the list.
        {name: show for name, show in OF_INVOICES.items() if name != "paid"},
        {
            _("number"): (45, lambda row: row.full_number),
            _("company"): (66, lambda row: row.bought_by.get("name", "")),
            _("net"): (21, amount("net")),
            _("tax"): (20, amount("tax")),
            _("total"): (22, amount("gross")),
        },
        ["net", "tax", "gross"],
    ),
    "hosts": Table(
        _("Statements of hosts"),
        "billing.view_hoststatement",
        lambda month: made_for(HostStatement.objects.select_related("company"), month),
        {**OF_HOSTS, "company": lambda row: row.company.public_id},
        {
            _("company"): (40, lambda row: str(row.company.public_id)[:8]),
            _("location"): (46, lambda row: row.place_name),
            _("net"): (22, amount("net")),
            _("tax"): (22, amount("tax")),
            _("total"): (22, amount("gross")),
            _("share"): (22, amount("share")),
        },
        ["net", "tax", "gross", "share"],
    ),
    "days": Table(
        _("Closes of days"),
        "billing.view_dayclose",
        lambda month: DayClose.objects.standing().filter(day__gte=month, day__lt=following(month)),
        OF_DAYS,
        {
            _("day"): (30, lambda row: f"{row.day:%Y-%m-%d}"),
            _("transfers"): (28, lambda row: str(row.totals["transfers"])),
            _("moved"): (32, amount("amount")),
            _("net"): (28, amount("net")),
            _("tax"): (28, amount("tax")),
            _("total"): (28, amount("gross")),
        },
        ["amount", "net", "tax", "gross"],
    ),
}
