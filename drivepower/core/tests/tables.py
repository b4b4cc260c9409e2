"""Tables as people upload them."""

import io
from typing import Any

from openpyxl import Workbook


def csv_of(*lines: str) -> bytes:
    """Lines as a CSV file."""
    return "\r\n".join(lines).encode()


def xlsx_of(*rows: list[Any]) -> bytes:
    """Rows as a workbook, formulas included."""
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()
