"""A file of a table, CSV or XLSX, as rows of texts: small, harmless and whole, or refused in words.

`read` is how every room reads a table that somebody brings: no other code opens one.
"""

import csv
import io
from dataclasses import dataclass
from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from drivepower.core.exports import FORMULA
from drivepower.core.workbooks import Lines, WrongFile, read_workbook

__all__ = ["MONEY", "USUAL", "Most", "Row", "Sheet", "WrongFile", "read"]

MOST_COLUMNS = 60
LONGEST_CELL = 1000
SEPARATORS = (",", ";", "\t")
# The first is tried first; whatever is not UTF-8 comes from an old Excel of a country that writes Cyrillic.
ENCODINGS = ("utf-8-sig", "cp1251")


class Most(NamedTuple):
    """What a table may hold; `times`: so many times of what a workbook unpacks to otherwise."""

    rows: int
    bytes: int
    times: int = 1

    @property
    def megabytes(self) -> int:
        """For people."""
        return self.bytes // 1024**2


# What is looked at and applied row by row, and what some statements store whole: a month of a provider, all drivers.
USUAL = Most(rows=2000, bytes=2 * 1024**2)
MONEY = Most(rows=10_000, bytes=5 * 1024**2, times=3)


@dataclass(frozen=True)
class Row:
    """A line of the table by its number in the file, the headings being line 1."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """The table: its headings and its rows."""

    heads: list[str]
    rows: list[Row]


def read(file: IO[bytes], *, known: list[str], needed: list[str], most: Most = USUAL) -> Sheet:
    """The table of a file, of these known columns with all of the needed ones; WrongFile says what is not right."""
    content = file.read(most.bytes + 1)
    if len(content) > most.bytes:
        raise WrongFile(_("The file is larger than %(count)d MB.") % {"count": most.megabytes})
    if content.startswith(b"PK"):
        lines = read_workbook(content, most_rows=most.rows + 1, most_columns=MOST_COLUMNS, times=most.times)
    else:
        lines = read_csv(content, known, most.rows)
    return table(lines, known, needed)


def read_csv(content: bytes, known: list[str], most_rows: int) -> Lines:
    """The lines of a CSV file that say something, with their numbers, whatever separates the cells."""
    text = decoded(content)
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=lambda one: len({tidy(head.strip('"')) for head in first.split(one)} & set(known)))
    lines: Lines = []
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1):
            while line and not line[-1].strip():
                line.pop()
            if len(line) > MOST_COLUMNS:
                raise WrongFile(_("The file has more than %(count)d columns.") % {"count": MOST_COLUMNS})
            if line:
                lines.append((number, line))
            if len(lines) > most_rows + 1:
                raise WrongFile(_("The file has more than %(count)d rows; split it.") % {"count": most_rows})
    except csv.Error as error:
        raise WrongFile(_("This is no CSV file: %(why)s.") % {"why": error}) from error
    return lines


def decoded(content: bytes) -> str:
    """The text of a file in one of the encodings that are known."""
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise WrongFile(_("This is neither an XLSX file nor a CSV file in UTF-8 or Windows-1251."))


def table(lines: Lines, known: list[str], needed: list[str]) -> Sheet:
    """The lines under their headings, which are the first line that says something."""
    heads = [tidy(head) for head in lines[0][1]] if lines else []
    check_heads(heads, known, needed)
    rows = []
    for number, line in lines[1:]:
        cells = [tame(cell) for cell in line]
        if len(cells) > len(heads):
            raise WrongFile(_("Line %(number)d has more cells than there are headings.") % {"number": number})
        padded = cells + [""] * (len(heads) - len(cells))
        rows.append(Row(number, dict(zip(heads, padded, strict=True))))
    if not rows:
        raise WrongFile(_("There is nothing under the headings."))
    return Sheet(heads, rows)


def check_heads(heads: list[str], known: list[str], needed: list[str]) -> None:
    """Refuse headings that are missing, unknown or there twice."""
    if unknown := [head or "–" for head in heads if head not in known]:
        raise WrongFile(_("These columns are not known: %(names)s.") % {"names": ", ".join(unknown)})
    if missing := [head for head in needed if head not in heads]:
        raise WrongFile(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    if len(set(heads)) < len(heads):
        raise WrongFile(_("A column is there twice."))


def tidy(head: str) -> str:
    """A heading as it is known."""
    return head.strip().lower().replace(" ", "_").replace("-", "_")[:40]


def tame(cell: str) -> str:
    """A cell without room around it, and without the quote that our exports put before what looks like a formula."""
    if len(cell) > LONGEST_CELL:
        raise WrongFile(_("A cell is longer than %(count)d characters.") % {"count": LONGEST_CELL})
    is_ours = cell.startswith("'") and (cell[1:].startswith(FORMULA) or cell[1:].lstrip().startswith(FORMULA))
    return cell[1:].strip() if is_ours else cell.strip()
