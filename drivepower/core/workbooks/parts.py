"""The archive that a workbook is: five of its parts are unpacked, each piece by piece, and counted while they come."""

import zipfile
from typing import Any
from xml.parsers.expat import ParserCreate

from django.utils.translation import gettext as _

# What one part and all parts that are read of a small table may come to unpacked, in bytes and elements, and of how
# many there may be.
MOST_OF_A_PART, MOST_OF_ALL = 4 * 1024**2, 8 * 1024**2
MOST_ELEMENTS = 400_000
MOST_PARTS = 200
PIECE = 64 * 1024
# Other ways to pack could ask for more memory than there is.
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class WrongFile(Exception):
    """The file cannot be read as a table; its text is for people, in their language."""


def too_much() -> WrongFile:
    """Nobody's table is as large."""
    return WrongFile(_("This XLSX file unpacks to too much."))


class Reader:
    """What is made of one part's elements; names come without their prefix."""

    def start(self, name: str, said: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """It ends."""

    def text(self, text: str) -> None:
        """Letters between."""


class Parts:
    """The archive, with what has been unpacked of it so far."""

    def __init__(self, archive: zipfile.ZipFile, times: int) -> None:
        if len(archive.infolist()) > MOST_PARTS:
            raise too_much()
        self._archive, self._times = archive, times
        self._bytes = self._elements = 0

    def read(self, name: str, reader: Reader) -> None:
        """Tell the reader of every element; WrongFile for too many, and for what could declare entities."""
        part = self._archive.getinfo(name)
        self._bytes += part.file_size  # the archive gives no byte more than this, and fewer are an error
        if part.file_size > MOST_OF_A_PART * self._times or self._bytes > MOST_OF_ALL * self._times:
            raise too_much()
        if part.compress_type not in PACKED:
            raise WrongFile(_("This XLSX file holds something that spreadsheets do not write."))
        parser = self._parser_for(reader)
        with self._archive.open(part) as file:
            while piece := file.read(PIECE):
                parser.Parse(piece, False)
        parser.Parse(b"", True)

    def _parser_for(self, reader: Reader) -> Any:
        def start(name: str, said: dict[str, str]) -> None:
            self._elements += 1
            if self._elements > MOST_ELEMENTS * self._times:
                raise too_much()
            reader.start(name.rpartition(":")[2], said)

        def refuse(*declared: Any) -> None:
            raise WrongFile(_("This XLSX file holds something that spreadsheets do not write."))

        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = lambda name: reader.end(name.rpartition(":")[2])
        parser.CharacterDataHandler = reader.text
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
        return parser
