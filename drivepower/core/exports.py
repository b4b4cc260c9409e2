"""Lists as CSV files: streamed in steps of bounded size, and safe to open in a spreadsheet."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar, cast

from asgiref.sync import sync_to_async
from django.db.models import Model, QuerySet
from django.http import StreamingHttpResponse
from rest_framework.renderers import BaseRenderer

Row = TypeVar("Row", bound=Model)
Columns = Mapping[str, Callable[[Row], Any]]
Cell = str | int | Decimal

MEDIA_TYPE = "text/csv"
# Without it Excel reads UTF-8 as the code page of its country.
MARK = "\ufeff"
# So many rows are in memory at once.
STEP = 500
# What makes a spreadsheet read a text as a formula, its full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


class CsvRenderer(BaseRenderer):
    """Lets a request ask for CSV; the file itself comes from `as_csv`."""

    media_type = MEDIA_TYPE
    format = "csv"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """Nothing but files is answered in this type."""
        raise TypeError("a CSV file is streamed, never rendered")


class CsvFile(StreamingHttpResponse):
    """A file that is made while it is sent, on the event loop's side by a thread that makes one step at a time."""

    def __init__(self, parts: Iterator[str], *, name: str) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
        super().__init__(marked(parts), content_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The parts; the server sends each before the next one is made."""
        parts = iter(cast(Iterator[bytes], self.streaming_content))
        while (part := await sync_to_async(step_of)(parts)) is not None:
            yield part


def marked(parts: Iterator[str]) -> Iterator[str]:
    """The parts, the first one behind the mark."""
    for number, part in enumerate(parts):
        yield part if number else MARK + part


def step_of(parts: Iterator[bytes]) -> bytes | None:
    """The next part, None after the last."""
    return next(parts, None)


def as_csv(rows: "QuerySet[Row]", columns: "Columns[Row]", *, name: str) -> CsvFile:
    """The rows as a file of that name, the newest first; a column is its heading and what it shows of a row."""
    return CsvFile(parts(rows, columns), name=name)


def parts(rows: "QuerySet[Row]", columns: "Columns[Row]") -> Iterator[str]:
    """The headings, then step by step the rows; each step goes on below the last key, so that none is kept open."""
    yield written([list(columns)])
    below = rows.order_by("-pk")
    while step := list(below[:STEP]):
        yield written([[cell(show(row)) for show in columns.values()] for row in step])
        below = rows.order_by("-pk").filter(pk__lt=step[-1].pk)


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
