"""An XLSX file from a stranger: looked through before it is parsed, and never read beyond what is wanted of it."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from drivepower.portal.moving.wrong import WrongFile

# What a workbook may come to when it is unpacked, and of how many parts it may be.
MOST_UNPACKED = 30 * 1024**2
MOST_PARTS = 200
PIECE = 256 * 1024
# An XML part that declares a document type could name entities that unfold without end; no spreadsheet writes one.
DECLARES = b"<!DOCTYPE"
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")


def read_workbook(content: bytes, *, most_rows: int, most_columns: int) -> list[list[str]]:
    """The first sheet's cells as texts, one row and one column beyond the most; WrongFile for what is not safe."""
    check_parts(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=most_rows + 1, max_col=most_columns + 1)
        return [[text_of(cell) for cell in row] for row in rows]
    except WrongFile:
        raise
    except Exception as error:  # the library raises whatever a broken part leads it to
        raise WrongFile(_("This XLSX file cannot be read: %(why)s.") % {"why": type(error).__name__}) from error


def check_parts(content: bytes) -> None:
    """Refuse what would unpack to too much, and XML that declares a document type."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise WrongFile(_("This XLSX file unpacks to too much."))
            for part in parts:
                check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise WrongFile(_("This XLSX file cannot be read: %(why)s.") % {"why": type(error).__name__}) from error


def check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read a part to its end, which its header cannot make longer than it says; look for what no spreadsheet has."""
    with archive.open(part) as file:
        before = b""
        while piece := file.read(PIECE):
            if not before and piece.startswith(UTF_16):
                raise WrongFile(_("This XLSX file holds something that spreadsheets do not write."))
            if DECLARES in (before + piece).upper():
                raise WrongFile(_("This XLSX file holds something that spreadsheets do not write."))
            before = piece[-len(DECLARES) :]


def text_of(cell: Any) -> str:
    """A cell as it would stand in a CSV file; WrongFile for a formula, whose result nobody has checked."""
    if cell.data_type == "f":
        raise WrongFile(_("Cell %(name)s is a formula; paste its value.") % {"name": cell.coordinate})
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)
