"""Files of tables: whatever an office program writes is read, and whatever is no table is refused in words."""

import io
import zipfile
from datetime import date, datetime, time

import pytest

from drivepower.core import sheets
from drivepower.core.sheets import WrongFile
from drivepower.core.tests.tables import csv_of, xlsx_of
from drivepower.core.workbooks import parts

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


SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
RELATION = '<Relationship Id="r%s" Type="http://x/%s" Target="%s"/>'
RELATIONS = [
    ("1", "worksheet", "/" + SHEET),
    ("2", "sharedStrings", "sharedStrings.xml"),
    ("3", "styles", "styles.xml"),
]
# A workbook as offices write it, as far as anything of it is looked at.
WHOLE = {
    "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": b"<Relationships>%s</Relationships>"
    % "".join(RELATION % relation for relation in RELATIONS).encode(),
    SHEET: b"<worksheet><sheetData>"
    b'<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>'
    b"</sheetData></worksheet>",
    STRINGS: b"<sst><si><t>name</t></si><si><t>a</t></si></sst>",
    STYLES: b'<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
}


def workbook(changed: dict[str, bytes] | None = None, *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of one row, in which parts are other ones."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in (WHOLE | (changed or {})).items():
            archive.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """The same with one part of this name."""
    return workbook({name: content})


FILLED = {
    "styles": (STYLES, b"<styleSheet><cellXfs>%s</cellXfs></styleSheet>", b"<xf/>"),
    "fonts": (STYLES, b"<styleSheet><fonts>%s</fonts></styleSheet>", b"<font/>"),
    "strings": (STRINGS, b"<sst>%s</sst>", b"<si/>"),
    "cells": (SHEET, b"<worksheet><sheetData><row>%s</row></sheetData></worksheet>", b"<c/>"),
    "rows": (SHEET, b"<worksheet><sheetData>%s</sheetData></worksheet>", b"<row/>"),
}


@pytest.mark.parametrize("name", FILLED)
def test_it_gives_up_on_a_part_that_is_full_of_nothing(name: str) -> None:
    place, around, filling = FILLED[name]
    count = (parts.MOST_OF_A_PART - len(around)) // len(filling)
    bomb = with_part(place, around % (filling * count))
    assert len(bomb) < 20_000
    with pytest.raises(WrongFile, match="unpacks to too much"):
        read(bomb)


@pytest.mark.parametrize("place", [SHEET, STRINGS, STYLES])
def test_it_refuses_a_part_that_is_too_large(place: str) -> None:
    with pytest.raises(WrongFile, match="unpacks to too much"):
        read(with_part(place, b" " * (parts.MOST_OF_A_PART + 1)))


def test_it_refuses_parts_that_are_too_large_together(monkeypatch: pytest.MonkeyPatch) -> None:
    content, size = workbook(), sum(map(len, WHOLE.values()))
    monkeypatch.setattr(parts, "MOST_OF_ALL", size)
    assert read(content) == [(2, {"name": "a"})]
    monkeypatch.setattr(parts, "MOST_OF_ALL", size - 1)
    with pytest.raises(WrongFile, match="unpacks to too much"):
        read(content)


def test_it_does_not_look_at_what_is_no_table() -> None:
    assert read(with_part("docProps/app.xml", b"0" * 20_000_000)) == [(2, {"name": "a"})]
    assert read(with_part("xl/theme/theme1.xml", b"no XML")) == [(2, {"name": "a"})]


def test_it_refuses_too_many_parts() -> None:
    out = io.BytesIO(xlsx_of(["name"], ["a"]))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(parts.MOST_PARTS):
            archive.writestr(f"part{number}", b"")
    with pytest.raises(WrongFile, match="unpacks to too much"):
        read(out.getvalue())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("place", [SHEET, STRINGS, STYLES])
def test_it_refuses_entities(encoding: str, place: str) -> None:
    text = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(WrongFile, match="spreadsheets do not write"):
        read(with_part(place, text.encode(encoding)))


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_it_refuses_what_takes_more_memory_to_unpack(how: int) -> None:
    with pytest.raises(WrongFile, match="spreadsheets do not write"):
        read(workbook(how=how))


BROKEN = {
    "no sheet": ("xl/workbook.xml", b"<workbook/>"),
    "a sheet that is nowhere": ("xl/_rels/workbook.xml.rels", b"<Relationships/>"),
    "no XML": (SHEET, b"<a"),
    "no such text": (STRINGS, b"<sst/>"),
    "no number": (SHEET, b'<sheetData><row r="x"/></sheetData>'),
    "no place": (SHEET, b'<sheetData><row><c r="1A"><v>1</v></c></row></sheetData>'),
    "a number without end": (SHEET, b'<sheetData><row r="%s"/></sheetData>' % (b"9" * 5000)),
    "no such encoding": (SHEET, b'<?xml version="1.0" encoding="x"?><a/>'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_says_so_when_it_is_broken(name: str) -> None:
    with pytest.raises(WrongFile, match="cannot be read"):
        read(with_part(*BROKEN[name]))


def sheet(*rows: str) -> bytes:
    """A workbook with these rows as XML."""
    return with_part(SHEET, f"<worksheet><sheetData>{''.join(rows)}</sheetData></worksheet>".encode())


def inline(text: str, place: str = "") -> str:
    """A cell that holds its text itself."""
    where = f' r="{place}"' if place else ""
    return f'<c{where} t="inlineStr"><is><t>{text}</t></is></c>'


def test_it_reads_cells_that_do_not_say_where_they_are() -> None:
    head = f"<row>{inline('name')}{inline('note')}</row>"
    said = read(sheet(head, "<row><c/><c><v>1e3</v></c></row>", f'<row r="9">{inline("x", "B9")}</row>'))
    assert said == [(2, {"name": "", "note": "1000"}), (9, {"name": "", "note": "x"})]


def test_it_reads_texts_in_pieces_and_not_how_they_are_spoken() -> None:
    strings = b"<sst><si><t>name</t></si><si><r><t>A</t></r><r><t>B</t></r><rPh><t>C</t></rPh></si></sst>"
    assert read(with_part(STRINGS, strings)) == [(2, {"name": "AB"})]


@pytest.mark.parametrize(
    ("value", "said"), [("46024", "2026-01-02"), ("0.5", "12:00"), ("1e300", "1e300"), ("9" * 11, "9" * 11)]
)
def test_a_day_that_is_none_stays_a_number(value: str, said: str) -> None:
    told = read(sheet(f"<row>{inline('name')}</row>", f'<row><c s="1"><v>{value}</v></c></row>'))
    assert told[0][1]["name"][:1] == said[:1]
    assert len(told[0][1]["name"]) == len(said)


def test_cells_far_away_that_say_nothing_do_not_count() -> None:
    rows = [f"<row>{inline('name')}</row>", f"<row>{inline('a')}</row>"]
    assert read(sheet(*rows, '<row r="1048576"><c r="XFD1048576" s="1"/></row>')) == [(2, {"name": "a"})]
    with pytest.raises(WrongFile, match="more than 60 columns"):
        read(sheet(*rows, f'<row r="3">{inline("x", "XFD3")}</row>'))


def test_it_refuses_too_many_rows_of_a_workbook() -> None:
    rows = [f"<row>{inline('a')}</row>"] * 2001
    assert len(read(sheet(f"<row>{inline('name')}</row>", *rows[:2000]))) == 2000
    with pytest.raises(WrongFile, match="more than 2000 rows"):
        read(sheet(f"<row>{inline('name')}</row>", *rows))


def test_it_refuses_too_many_columns_of_a_line() -> None:
    with pytest.raises(WrongFile, match="more than 60 columns"):
        read(csv_of("name", "," * 60 + "x"))
    assert read(csv_of("name", "a" + "," * 100_000)) == [(2, {"name": "a"})]


def test_files_of_money_may_be_longer() -> None:
    def rows(content: bytes) -> int:
        return len(sheets.read(io.BytesIO(content), known=KNOWN, needed=["name"], most=sheets.MONEY).rows)

    assert rows(csv_of("name", *["a"] * 10_000)) == 10_000
    with pytest.raises(WrongFile, match="more than 10000 rows"):
        rows(csv_of("name", *["a"] * 10_001))
    with pytest.raises(WrongFile, match="larger than 5 MB"):
        rows(b"name\n" + b"a" * (5 * 1024**2))
    heads = f"<row>{''.join(map(inline, KNOWN))}</row>"
    wide = sheet(heads, *[f"<row>{inline('a' * 900) * 3}</row>"] * 1900)
    assert rows(wide) == 1900
    with pytest.raises(WrongFile, match="unpacks to too much"):
        read(wide)
    place, around, filling = FILLED["strings"]
    with pytest.raises(WrongFile, match="unpacks to too much"):
        rows(with_part(place, around % (filling * (parts.MOST_OF_A_PART * 3 // len(filling)))))


def test_it_makes_up_no_digits_of_long_numbers() -> None:
    """A spreadsheet keeps fifteen digits of a number; those behind them are nobody's."""
    cells = ["<v>4200000000</v>", "<v>4.2E+9</v>", "<v>1.23456789012346E+17</v>", "<v>999999999999999</v>"]
    said = read(sheet(f"<row>{inline('name')}</row>", *[f"<row><c>{cell}</c></row>" for cell in cells]))
    told = [row["name"] for _number, row in said]
    assert told == ["4200000000", "4200000000", "1.23456789012346E+17", "999999999999999"]


def test_it_refuses_the_errors_of_formulas() -> None:
    with pytest.raises(WrongFile, match="Cell A2 says #N/A"):
        read(sheet(f"<row>{inline('name')}</row>", '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>'))
