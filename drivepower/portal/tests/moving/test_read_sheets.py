"""Files of tables: whatever an office program writes is read, and whatever is no table is refused in words."""

import io
import zipfile
from datetime import date, datetime, time

import pytest

from drivepower.portal.moving import sheets, workbooks
from drivepower.portal.moving.wrong import WrongFile
from drivepower.portal.tests.moving.files import csv_of, xlsx_of

KNOWN = ["name", "note", "more"]


def read(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The rows of a file with their numbers."""
    sheet = sheets.read(io.BytesIO(content), known=KNOWN, needed=["name"])
    return [(row.number, row.cells) for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_it_reads_what_offices_write(encoding: str, separator: str) -> None:
    text = f'Name{separator} NOTE\r\n"Анна{separator} Петровна"{separator}да\r\n\r\n{separator}\r\nБ{separator}'

    told = [(2, {"name": f"Анна{separator} Петровна", "note": "да"}), (5, {"name": "Б", "note": ""})]
    assert read(text.encode(encoding)) == told


def test_it_reads_a_workbook() -> None:
    content = xlsx_of(
        ["name", "note"], [1.0, True], [0.5, datetime(2026, 1, 2)], [date(2026, 1, 2), time(8, 30)], [None, None], ["x"]
    )
    assert read(content) == [
        (2, {"name": "1", "note": "yes"}),
        (3, {"name": "0.5", "note": "2026-01-02"}),
        (4, {"name": "2026-01-02", "note": "08:30"}),
        (6, {"name": "x", "note": ""}),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+996555", "-1", "@x", "＝1"], ids=str)
def test_it_takes_back_the_quote_of_our_exports(text: str) -> None:
    assert read(csv_of("name", f'"\'{text}"'))[0][1]["name"] == text
    assert read(xlsx_of(["name"], [f"'{text}"]))[0][1]["name"] == text


REFUSED = {
    "empty": (b"", "missing"),
    "heads alone": (b"name,note", "nothing under"),
    "unknown column": (csv_of("name,password", "a,b"), "not known: password"),
    "missing column": (csv_of("note", "a"), "missing: name"),
    "column twice": (csv_of("name,name", "a,b"), "twice"),
    "too many cells": (csv_of("name", "a,b"), "Line 2 has more cells"),
    "too long a cell": (csv_of("name", "a" * 1001), "longer than"),
    "too many rows": (csv_of("name", *["a"] * 2001), "more than 2000 rows"),
    "too many bytes": (b"name\n" + b"a" * (2 * 1024**2), "larger than"),
    "binary": (b"name\n\x00\x98\xff", "neither an XLSX"),
    "broken quotes": (b'name\n"a"b', "no CSV"),
    "formula": (xlsx_of(["name"], ["=1+1"]), "A2 is a formula"),
    "no workbook": (b"PK\x03\x04 nothing", "cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_in_words(name: str) -> None:
    content, why = REFUSED[name]
    with pytest.raises(WrongFile, match=why):
        read(content)


def zipped(**parts: bytes) -> bytes:
    """A workbook with these parts besides its own."""
    out = io.BytesIO(xlsx_of(["name"], ["a"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_it_refuses_what_unpacks_to_too_much() -> None:
    bomb = zipped(bomb=b"0" * (workbooks.MOST_UNPACKED + 1))
    assert len(bomb) < 100_000
    with pytest.raises(WrongFile, match="unpacks to too much"):
        read(bomb)


def test_it_refuses_too_many_parts() -> None:
    with pytest.raises(WrongFile, match="unpacks to too much"):
        read(zipped(**{f"part{number}": b"" for number in range(workbooks.MOST_PARTS)}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_it_refuses_entities(encoding: str) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(WrongFile, match="spreadsheets do not write"):
        read(zipped(evil=text.encode(encoding)))


def test_it_reads_no_row_beyond_the_most() -> None:
    far = xlsx_of(["name"], ["a"]).replace(b"", b"")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(far)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            target.writestr(part.filename, content.replace(b'r="2"', b'r="1048576"').replace(b'"A2"', b'"A1048576"'))
    with pytest.raises(WrongFile, match="nothing under"):
        read(out.getvalue())
