"""Lists as CSV and XLSX files: streamed in steps of bounded size, and safe to open in a spreadsheet."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any, TypeVar, cast

from asgiref.sync import sync_to_async
from django.db.models import Model, QuerySet
from django.http import StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from rest_framework.renderers import BaseRenderer

Row = TypeVar("Row", bound=Model)
Columns = Mapping[str, Callable[[Row], Any]]
Cell = str | int | Decimal

MEDIA_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Without it Excel reads UTF-8 as the code page of its country.
MARK = "\ufeff"
# So many rows are in memory at once.
STEP = 500
# A finished workbook is sent in pieces of so many bytes.
PIECE = 64 * 1024
# Beyond it a spreadsheet rounds: such a number is written as text.
EXACT = 10**15
# What makes a spreadsheet read a text as a formula, its full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


class FileRenderer(BaseRenderer):
    """Lets a request ask for a file, by its Accept header or by `?format=`; the file itself comes from `WRITERS`."""

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """Nothing but files is answered in this type."""
        raise TypeError("a file is streamed, never rendered")


class CsvRenderer(FileRenderer):
    """CSV."""

    media_type = MEDIA_TYPE
    format = "csv"


class XlsxRenderer(FileRenderer):
    """A workbook."""

    media_type = XLSX_TYPE
    format = "xlsx"


class MadeWhileSent(StreamingHttpResponse):
    """A file that is made while it is sent, on the event loop's side by a thread that makes one step at a time."""

    def __init__(self, pieces: Iterator[str] | Iterator[bytes], *, name: str, media_type: str) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        super().__init__(pieces, content_type=media_type, headers=headers)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The parts; the server sends each before the next one is made."""
        pieces = iter(cast(Iterator[bytes], self.streaming_content))
        while (piece := await sync_to_async(step_of)(pieces)) is not None:
            if piece:  # a workbook has nothing to send while its rows are gathered
                yield piece


class CsvFile(MadeWhileSent):
    """A CSV file of these parts."""

    def __init__(self, parts: Iterator[str], *, name: str) -> None:
        super().__init__(marked(parts), name=f"{name}.csv", media_type=f"{MEDIA_TYPE}; charset=utf-8")


class XlsxFile(MadeWhileSent):
    """A workbook of one sheet of these steps of lines."""

    def __init__(self, lines: Iterator[Sequence[Sequence[Cell]]], *, name: str) -> None:
        super().__init__(packed(lines), name=f"{name}.xlsx", media_type=XLSX_TYPE)


def marked(parts: Iterator[str]) -> Iterator[str]:
    """The parts, the first one behind the mark."""
    for number, part in enumerate(parts):
        yield part if number else MARK + part


def step_of(pieces: Iterator[bytes]) -> bytes | None:
    """The next piece, None after the last."""
    return next(pieces, None)


def as_csv(rows: "QuerySet[Row]", columns: "Columns[Row]", *, name: str) -> CsvFile:
    """The rows as a file of that name, the newest first; a column is its heading and what it shows of a row."""
    return CsvFile(parts(rows, columns), name=name)


def as_xlsx(rows: "QuerySet[Row]", columns: "Columns[Row]", *, name: str) -> XlsxFile:
    """The same as a workbook."""
    return XlsxFile(steps(rows, columns), name=name)


# How a list becomes a file of each kind.
WRITERS = {"csv": as_csv, "xlsx": as_xlsx}


def parts(rows: "QuerySet[Row]", columns: "Columns[Row]") -> Iterator[str]:
    """The steps as CSV."""
    return map(written, steps(rows, columns))


def steps(rows: "QuerySet[Row]", columns: "Columns[Row]") -> Iterator[list[list[Cell]]]:
    """The headings, then step by step the rows; each step goes on below the last key, so that none is kept open."""
    yield [[cell(heading) for heading in columns]]
    below = rows.order_by("-pk")
    while step := list(below[:STEP]):
        yield [[cell(show(row)) for show in columns.values()] for row in step]
        below = rows.order_by("-pk").filter(pk__lt=step[-1].pk)


def packed(lines: Iterator[Sequence[Sequence[Cell]]]) -> Iterator[bytes]:
    """A workbook of the lines: its rows wait on disk, and nothing but empty pieces is given until all are there."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    sheet.freeze_panes = "A2"
    for step in lines:
        for line in step:
            sheet.append([kept(value) for value in line])
        yield b""
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def kept(value: Cell) -> Cell:
    """A cell that a workbook can hold as it is: no control characters, and numbers only as long as they stay exact."""
    if isinstance(value, str):
        return str(ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
    return str(value) if not -EXACT < value < EXACT else value


def written(lines: Sequence[Sequence[Cell]]) -> str:
    """The lines as CSV; text is quoted, so that no separator of any country splits it, and numbers are not."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC).writerows(lines)
    return out.getvalue()


def cell(value: Any) -> Cell:
    """A value as a cell: numbers stay numbers, moments are ISO 8601, and no text can be a formula."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text
