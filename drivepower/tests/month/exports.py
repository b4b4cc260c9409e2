"""Files and pages as people get them, read back: CSV by csv, workbooks by openpyxl, papers by their strings."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.http.response import HttpResponseBase
from django.test import Client
from openpyxl import load_workbook

from billing.closing.files import file_of
from billing.closing.tables import TABLES
from billing.tests.reading_pdf import pages_of

Row = dict[str, str]
# Amounts as paper and pages show them: no break between digits.
THIN = str.maketrans("", "", ", \u00a0\u202f")
FIGURE = re.compile(r"-?\d[\d, \u00a0\u202f]*\.\d+")


def content_of(answer: HttpResponseBase) -> bytes:
    """What was sent, whether at once or in parts."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # a stream has it


def snapshot(month: date) -> dict[tuple[str, str], bytes]:
    """The files of a month that are the same to the byte whenever they are made: what is paid of invoices goes on."""
    return {
        (name, kind): content_of(file_of(table, name=name, month=month, kind=kind))
        for name, table in TABLES.items()
        if name != "invoices"
        for kind in (("csv",) if name in ("transfers", "receipts") else ("csv", "pdf"))
    }


def fetch(client: Client, address: str) -> bytes:
    """What lies at that address."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return content_of(answer)


def of_csv(data: bytes) -> list[Row]:
    """The rows of a CSV file by their headings."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def of_xlsx(data: bytes) -> list[Row]:
    """The rows of a workbook by their headings, as text."""
    heads, *rows = load_workbook(io.BytesIO(data), read_only=True).worksheets[0].iter_rows(values_only=True)
    return [{str(head): text_of(value) for head, value in zip(heads, row, strict=True)} for row in rows]


def text_of(value: object) -> str:
    """A workbook's cell as a CSV file has it."""
    return "" if value is None else str(value)


def same(one: Iterable[Row], other: Iterable[Row]) -> bool:
    """Whether both have the same cells; numbers are compared as numbers, however they are written."""
    return [plain_row(row) for row in one] == [plain_row(row) for row in other]


def plain_row(row: Row) -> dict[str, str | Decimal]:
    """Its cells, those that are decimal numbers as such."""
    return {name: Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text for name, text in row.items()}


def sum_of(rows: Iterable[Row], column: str, **only: str) -> Decimal:
    """The sum of a column over the rows that have these values."""
    wanted = [row for row in rows if all(row[name] == value for name, value in only.items())]
    return sum((Decimal(row[column] or "0") for row in wanted), Decimal(0))


def on_paper(pdf: bytes) -> list[str]:
    """The strings of a paper, page by page."""
    return "\n".join(pages_of(pdf)).splitlines()


def figures(text: str) -> list[Decimal]:
    """Every amount that stands in a text, in its order."""
    return [Decimal(found.translate(THIN)) for found in FIGURE.findall(text.replace("\u2212", "-"))]


def sums_on(lines: Iterable[str], currency: str) -> list[Decimal]:
    """The sums under a table, which alone name their currency."""
    found = (re.fullmatch(rf"({FIGURE.pattern}) {currency}", line.replace("\u2212", "-")) for line in lines)
    return [Decimal(one[1].translate(THIN)) for one in found if one]


def ends(account: Mapping[str, str]) -> Decimal:
    """What the accounts of a closed month sum to."""
    return sum(map(Decimal, account.values()), Decimal(0))
