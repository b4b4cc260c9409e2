"""What is read beside the sheet itself: where it is, the texts that cells name, and which numbers are dates."""

import posixpath
from dataclasses import dataclass, field

from openpyxl.styles.numbers import BUILTIN_FORMATS

from drivepower.core.workbooks.parts import Reader

LONGEST_FORMAT = 255


@dataclass
class Book(Reader):
    """Which sheets there are, and from when days are counted."""

    sheets: list[str] = field(default_factory=list)
    counts_from_1904: bool = False

    def start(self, name: str, said: dict[str, str]) -> None:
        """The name of a sheet's relation stands in an attribute with a prefix."""
        if name == "sheet":
            self.sheets.append(next(value for key, value in said.items() if key.endswith(":id")))
        elif name == "workbookPr":
            self.counts_from_1904 = said.get("date1904") in ("1", "true")


@dataclass
class Relations(Reader):
    """Where the parts are, by the name of their relation and by what they are."""

    by_name: dict[str, str] = field(default_factory=dict)
    by_kind: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, said: dict[str, str]) -> None:
        """A target is relative to the workbook unless it begins with a slash."""
        if name == "Relationship":
            place = posixpath.normpath(posixpath.join("/xl", said["Target"])).lstrip("/")
            self.by_name[said["Id"]] = place
            self.by_kind[said["Type"].rpartition("/")[2]] = place


@dataclass
class Strings(Reader):
    """The texts that cells name by number; how they are pronounced is left out."""

    texts: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _is_text: bool = False
    _is_spoken: bool = False

    def start(self, name: str, said: dict[str, str]) -> None:
        """A text may come in pieces of different looks."""
        if name == "si":
            self._pieces = []
        self._is_spoken = self._is_spoken or name == "rPh"
        self._is_text = name == "t" and not self._is_spoken

    def end(self, name: str) -> None:
        """It is whole."""
        if name == "si":
            self.texts.append("".join(self._pieces))
        self._is_text = False
        self._is_spoken = self._is_spoken and name != "rPh"

    def text(self, text: str) -> None:
        """One piece."""
        if self._is_text:
            self._pieces.append(text)


@dataclass
class Styles(Reader):
    """How the styles of cells show numbers; nothing else of styles is kept."""

    _own: dict[int, str] = field(default_factory=dict)
    _used: list[int] = field(default_factory=list)
    _is_cells: bool = False

    def start(self, name: str, said: dict[str, str]) -> None:
        """Formats of one's own have numbers beyond those that everybody knows."""
        if name == "numFmt":
            self._own[int(said["numFmtId"])] = said["formatCode"][:LONGEST_FORMAT]
        elif name == "xf" and self._is_cells:
            self._used.append(int(said.get("numFmtId", 0)))
        self._is_cells = self._is_cells or name == "cellXfs"

    def end(self, name: str) -> None:
        """Styles of styles follow, which no cell names."""
        self._is_cells = self._is_cells and name != "cellXfs"

    def formats(self) -> list[str]:
        """The format of each style."""
        return [self._own.get(number) or BUILTIN_FORMATS.get(number, "General") for number in self._used]
