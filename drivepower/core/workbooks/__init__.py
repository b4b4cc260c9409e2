"""The first sheet of an XLSX file from a stranger, read in one go and never beyond what a table may hold.

No fonts, fills, links or pictures are looked at; of styles only which of them make a number a date.
"""

import io
import zipfile
import zlib
from xml.parsers.expat import ExpatError

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from drivepower.core.workbooks.cells import Cells, Lines
from drivepower.core.workbooks.parts import Parts, WrongFile
from drivepower.core.workbooks.readers import Book, Relations, Strings, Styles

__all__ = ["Lines", "WrongFile", "read_workbook"]

# What a broken archive, broken XML, and parts that lack what they must have lead to.
BROKEN = (
    zipfile.BadZipFile, zlib.error, ExpatError, NotImplementedError, RuntimeError, EOFError, OSError,
    LookupError, ValueError, TypeError, OverflowError, StopIteration,
)  # fmt: skip


def read_workbook(content: bytes, *, most_rows: int, most_columns: int, times: int) -> Lines:
    """The first sheet's rows that say something, with their numbers; WrongFile for what is not safe or too much.

    `times`: it may unpack to so many times of what a small table does.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return read_sheet(Parts(archive, times), most_rows=most_rows, most_columns=most_columns)
    except BROKEN as error:
        raise WrongFile(_("This XLSX file cannot be read: %(why)s.") % {"why": type(error).__name__}) from error


def read_sheet(parts: Parts, *, most_rows: int, most_columns: int) -> Lines:
    """The same of an archive that is open."""
    book, relations = Book(), Relations()
    parts.read("xl/workbook.xml", book)
    parts.read("xl/_rels/workbook.xml.rels", relations)
    strings, styles = Strings(), Styles()
    for kind, reader in (("sharedStrings", strings), ("styles", styles)):
        if kind in relations.by_kind:
            parts.read(relations.by_kind[kind], reader)
    epoch = MAC_EPOCH if book.counts_from_1904 else WINDOWS_EPOCH
    cells = Cells(strings.texts, styles.formats(), epoch, most_rows, most_columns)
    parts.read(relations.by_name[book.sheets[0]], cells)
    return cells.lines()
