"""Rows of the books as CSV, XLSX and PDF: the same rows in each, and on paper their sums."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db.models import Sum
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.closing import words
from billing.closing.spans import of_month
from billing.closing.tables import OnPaper, Table
from billing.models import ClosedMonth
from billing.parties import Party, seller_at, seller_today
from billing.wording import money, number
from drivepower.core.exports import STEP, Cell, CsvFile, XlsxFile, cell, steps, written

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

KINDS = ("csv", "xlsx", "pdf")
# Beyond it a paper takes minutes to print, and nobody reads it.
MOST_ON_PAPER = 3000


class Printable(Protocol):
    """What says how rows are printed: columns of words, then those of the amounts, which are summed up by currency."""

    @property
    def title(self) -> "_StrPromise":
        """What stands over them."""

    @property
    def on_paper(self) -> OnPaper:
        """The columns."""

    @property
    def amounts(self) -> Sequence[str]:
        """What the last columns show."""

    @property
    def currency(self) -> str:
        """The way to the currency of a row."""


def file_of(table: Table, *, name: str, month: date, kind: str) -> HttpResponseBase:
    """The rows of that month as a file."""
    named = f"{name}-{month:%Y-%m}"
    rows = table.rows(month)
    if kind == "pdf":
        title = f"{table.title}, {date_format(month, 'YEAR_MONTH_FORMAT')}"
        return on_paper(table, rows, title=title, at=of_month(month).until, name=named)
    return as_file(steps(rows, table.columns), name=named, kind=kind)


def as_file(lines: Iterator[list[list[Cell]]], *, name: str, kind: str) -> HttpResponseBase:
    """Lines as CSV or XLSX."""
    return CsvFile(map(written, lines), name=name) if kind == "csv" else XlsxFile(iter(lines), name=name)


def lines_of(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[list[list[Cell]]]:
    """A few rows that are no table's, as the lines of a file."""
    yield [[cell(value) for value in line] for line in (heads, *rows)]


def totals_of(closed: ClosedMonth, *, kind: str) -> HttpResponseBase:
    """What each account of a closed month had, how it moved, and what it has, as a file."""
    name = f"totals-{closed.month:%Y-%m}"
    rows = list(moves_of(closed))
    if kind != "pdf":
        return as_file(lines_of(["account", "kind", "amount", "currency"], rows), name=name, kind=kind)
    title = f"{_('Closed month')}, {date_format(closed.month, 'YEAR_MONTH_FORMAT')}"
    heads = [_("Account"), _("Kind"), _("Amount")]
    shown = [[words.account(name), words.kind(what), money(amount, currency)] for name, what, amount, currency in rows]
    return paper_of(title, (heads, shown, (60, 60, 54), 2), [], at=closed.until, name=name)


def moves_of(closed: ClosedMonth) -> Iterator[tuple[str, str, Decimal, str]]:
    """Of each account the opening balance, every kind of movement, and the closing balance."""
    for currency, said in sorted(closed.totals["currencies"].items()):
        for account, end in sorted(said["closing"].items()):
            yield account, "opening balance", Decimal(said["opening"].get(account, "0")), currency
            for kind, change in sorted(said["accounts"].get(account, {}).items()):
                yield account, kind, Decimal(change), currency
            yield account, "closing balance", Decimal(end), currency


def on_paper(
    table: Printable, rows: "QuerySet[Any]", *, title: str, at: datetime, name: str, rest: "QuerySet[Any] | None" = None
) -> HttpResponse:
    """The rows on paper, the oldest first, with the sums of all of them by currency.

    Of more than paper takes the first are printed, and it says so; `rest`: the same rows without what would multiply
    them in a sum.
    """
    printed = list(rows.order_by("pk")[:MOST_ON_PAPER])
    all_rows = rows if rest is None else rest
    left = all_rows.filter(pk__gt=printed[-1].pk) if len(printed) == MOST_ON_PAPER else rows.none()
    sums = sums_of(table, printed)
    for key, amount in rest_of(table, left).items():
        sums[key] += amount
    heads = list(map(str, table.on_paper))
    names = dict(zip(table.amounts, heads[-len(table.amounts) :], strict=True))
    told = [(names[field], money(amount, currency)) for (currency, field), amount in sums.items()]
    shown = lines_on_paper(table, printed, names_currency=len({currency for currency, _field in sums}) > 1)
    widths = [width for width, _show in table.on_paper.values()]
    body = heads, shown, widths, len(widths) - len(table.amounts)
    note = left_out(len(printed), left.count())
    return paper_of(title, body, told, at=at, name=name, note=note)


def lines_on_paper(table: Printable, rows: Sequence[Any], *, names_currency: bool) -> list[list[str]]:
    """The cells of rows; where there are several currencies, amounts name theirs."""
    of, words_only = currency_of(table), len(table.on_paper) - len(table.amounts)
    lines = [[show(row) for _width, show in table.on_paper.values()] for row in rows]
    if not names_currency:
        return lines
    return [
        [*line[:words_only], *(f"{amount} {of(row)}" for amount in line[words_only:])]
        for row, line in zip(rows, lines, strict=True)
    ]


def sums_of(table: Printable, rows: Iterable[Any]) -> defaultdict[tuple[str, str], Decimal]:
    """What rows come to by currency and column."""
    of, sums = currency_of(table), defaultdict[tuple[str, str], Decimal](Decimal)
    for row in rows:
        for field in table.amounts:
            sums[of(row), field] += getattr(row, field)
    return sums


def rest_of(table: Printable, rows: "QuerySet[Any]") -> Mapping[tuple[str, str], Decimal]:
    """The same of rows that are too many to be looked at, unless their amounts stand in no columns.

    Those depend on what names the currency: it comes along, not with a query for each row.
    """
    if not {field.name for field in rows.model._meta.concrete_fields} >= set(table.amounts):
        path = table.currency.rpartition("__")[0]
        return sums_of(table, (rows.select_related(path) if path else rows).iterator(chunk_size=STEP))
    columns = {f"sum_of_{field}": Sum(field) for field in table.amounts} if rows.exists() else {}
    found = rows.order_by().values(table.currency).annotate(**columns) if columns else []
    return {(row[table.currency], field): row[f"sum_of_{field}"] for row in found for field in table.amounts}


def currency_of(table: Printable) -> "attrgetter[str]":
    """What tells the currency of a row."""
    return attrgetter(table.currency.replace("__", "."))


def left_out(printed: int, left: int) -> str:
    """What is not on the paper, if anything is not."""
    if not left:
        return ""
    said = {"printed": number(Decimal(printed), 0), "all": number(Decimal(printed + left), 0)}
    return (
        _(
            "Only the first %(printed)s of %(all)s rows are printed here; the sums are those of all of them. "
            "CSV and XLSX have every row."
        )
        % said
    )


def paper_of(
    title: str,
    body: tuple[Sequence[str], Sequence[Sequence[str]], Sequence[int], int],
    sums: Sequence[tuple[str, str]],
    *,
    at: datetime,
    name: str,
    note: str = "",
) -> HttpResponse:
    """A paper of one table (heads, rows, widths, how many columns are words), a note over it and sums under it."""
    # Whoever never prints (gateways, workers) does not carry the printer.
    from billing.paper import Paper

    paper = Paper(title=title, seller=seller_until(at), at=at)
    heads, rows, widths, left = body
    if note:
        paper.say(note, bold=True)
        paper.ln(2)
    if rows:
        paper.rows(heads, rows, widths, left=left)
        paper.sums(sums)
    else:
        paper.say(_("There is nothing."))
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(paper.done(), content_type="application/pdf", headers=headers)


def seller_until(at: datetime) -> Party:
    """Who sells, on a paper of what was up to that instant: once that is closed, whoever it was then."""
    closed = ClosedMonth.objects.filter(seller=settings.RECEIPT_SELLER, until__gte=at)
    return seller_at(at) if closed.exists() else seller_today()
