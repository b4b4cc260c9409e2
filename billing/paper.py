"""A sheet of paper as PDF: seller, facts, a table, sums, sentences, page numbers; the same bytes for the same words.

Fonts are those of the admin's theme (Inter: Latin, Cyrillic with Kazakh and Kyrgyz letters, signs of currencies).
"""

import atexit
import logging
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import segno
import unfold
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no type hints
from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, TableBordersLayout
from fpdf.fonts import FontFace

from billing.parties import Party
from billing.wording import clean, tax_id

FONT = "Inter"
FACES = {"": "Inter-Regular", "B": "Inter-SemiBold"}
GREY, LINE = (100, 100, 100), (200, 200, 200)
# From line to line, in mm for each point of the letters' size.
LEADING = 0.5
# A table's line, and the room above and below its rows, in mm.
ROW, PAD = 4.2, 1.0
# A table's heads never stand alone at the foot of a page.
HEADED = 30
# Stands for the number of pages until it is known; nobody's words can hold it.
PAGES = "‡‡‡‡‡"
# They tell of every glyph, and of each that the font lacks (it is set as an empty box).
for chatty in ("fontTools", "fpdf"):
    logging.getLogger(chatty).setLevel(logging.ERROR)


@cache
def faces() -> dict[str, Path]:
    """The font's files by style, unpacked once per process: that takes most of the time of a page."""
    folder = TemporaryDirectory(prefix="drivepower-fonts-")
    atexit.register(folder.cleanup)
    found = {}
    for style, name in FACES.items():
        found[style] = Path(folder.name) / f"{name}.ttf"
        packed = Path(unfold.__file__).parent / "static" / "unfold" / "fonts" / "inter" / f"{name}.woff2"
        with TTFont(packed, recalcTimestamp=False) as font:
            font.flavor = None
            font.save(found[style])
    return found


class Paper(FPDF):
    """An A4 sheet with the seller on its first page; all words are cleaned before they are set."""

    def __init__(self, *, title: str, seller: Party, at: datetime) -> None:
        super().__init__(format="A4")
        self.name = clean(title)
        self.set_creation_date(at)
        self.set_title(self.name)
        self.set_author(clean(seller.name))
        self.set_lang(get_language() or settings.LANGUAGE_CODE)
        self.alias_nb_pages(PAGES)
        for style, file in faces().items():
            self.add_font(FONT, style, file)
        self.set_margins(18, 16, 18)
        self.set_auto_page_break(True, margin=20)
        self.add_page()
        self.say(seller.name, bold=True, size=11)
        for line in filter(None, (seller.address, tax_id(seller.tax_id))):
            self.say(line, size=8.5, color=GREY)
        self.ln(6)
        self.say(self.name, bold=True, size=16)
        self.ln(2)

    def footer(self) -> None:
        """The paper's name and the page's number."""
        self.set_y(-14)
        self.set_font(FONT, "", 8)
        self.set_text_color(*GREY)
        pages = _("page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": PAGES}
        self.cell(text=f"{self.name} · {pages}")

    def say(self, text: str, *, bold: bool = False, size: float = 9.5, color: tuple[int, int, int] = (0, 0, 0)) -> None:
        """A paragraph."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*color)
        self.multi_cell(0, size * LEADING, words(text), align=Align.L, new_x="LMARGIN", new_y="NEXT")

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Names and values, one pair a line; those without a value are left out."""
        self.set_font(FONT, "", 9.5)
        self.set_text_color(0, 0, 0)
        with self.table(
            col_widths=(32, 142),
            borders_layout=TableBordersLayout.NONE,
            first_row_as_headings=False,
            line_height=5,
            text_align="LEFT",
            v_align="TOP",
        ) as table:
            for name, value in pairs:
                if value:
                    row = table.row()
                    row.cell(words(name), style=FontFace(color=GREY))
                    row.cell(words(value))
        self.ln(4)

    def rows(self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], left: int = 1) -> None:
        """A table with its heads on each page; the first `left` columns are words, the others figures."""
        self.set_text_color(0, 0, 0)
        self.set_draw_color(*LINE)
        if self.will_page_break(HEADED):
            self.add_page()
        self._row(heads, widths, left, bold=True)
        for row in rows:
            if not self._row(row, widths, left):
                self.add_page()
                self._row(heads, widths, left, bold=True)
                self._row(row, widths, left)
        self.ln(3)

    # The library's own tables measure each cell several times: a long statement would take half a minute.
    def _row(self, cells: Sequence[str], widths: Sequence[int], left: int, *, bold: bool = False) -> bool:
        """Set a row with a line under it; False, and nothing is set, where the page has no room for it."""
        self.set_font(FONT, "B" if bold else "", 8.5)
        lines = [self._broken(cell, width) for cell, width in zip(cells, widths, strict=True)]
        height = max(map(len, lines)) * ROW + 2 * PAD
        if self.will_page_break(height):
            return False
        top, x = self.get_y(), self.l_margin
        for place, (broken, width) in enumerate(zip(lines, widths, strict=True)):
            for number, line in enumerate(broken):
                self.set_xy(x, top + PAD + number * ROW)
                self.cell(width, ROW, line, align=Align.L if place < left else Align.R)
            x += width
        self.line(self.l_margin, top + height, x, top + height)
        self.set_xy(self.l_margin, top + height)
        return True

    def _broken(self, cell: str, width: int) -> list[str]:
        """The lines of a cell: its own, those that are too long broken further."""
        broken: list[str] = []
        for line in map(words, cell.split("\n")):
            if self.get_string_width(line) <= width - 2 * self.c_margin:
                broken.append(line)
            else:
                lines = self.multi_cell(width, ROW, line, align=Align.L, dry_run=True, output=MethodReturnValue.LINES)
                broken += cast("list[str]", lines)
        return broken

    def sums(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Sums at the right edge, the last one bold."""
        self.set_text_color(0, 0, 0)
        for place, (name, amount) in enumerate(pairs, start=1):
            self.set_font(FONT, "B" if place == len(pairs) else "", 10)
            self.cell(124, 6, words(name), align=Align.R)
            self.cell(50, 6, words(amount), align=Align.R, new_x="LMARGIN", new_y="NEXT")
        self.ln(4)

    def code(self, text: str, *, side: float = 32) -> None:
        """A QR code, `side` mm wide."""
        rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
        step = side / len(rows)
        if self.will_page_break(side):
            self.add_page()
        left, top = self.l_margin, self.get_y()
        self.set_fill_color(0, 0, 0)
        for y, row in enumerate(rows):
            for x, is_dark in enumerate(row):
                if is_dark:
                    # A hair wider, so that no printer leaves a gap between two modules.
                    self.rect(left + x * step, top + y * step, step + 0.02, step + 0.02, style="F")
        self.set_y(top + side + 4)

    def done(self) -> bytes:
        """The paper as a file."""
        return bytes(self.output())


def words(text: str) -> str:
    """Words that can be set on one line: cleaned, and without the sign that stands for the number of pages."""
    return clean(text).replace(PAGES[0], "+")
