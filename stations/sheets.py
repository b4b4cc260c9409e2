"""Sheets of stickers for connectors: A4 pages as PDF, each sticker with the QR code of its public page."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.fonts import TTFFont

from stations.models import Connector

FONT, FOLDER = "Inter", "unfold/fonts/inter"
# Millimetres; two columns of four on an A4 sheet.
LEFT, TOP, WIDTH, HEIGHT, COLUMNS, ROWS = 12.0, 13.0, 93.0, 67.5, 2, 4
QR_SIZE, PADDING = 44.0, 5.0
QUIET_MODULES = 4
MOST = 2000


def address_of(connector: Connector) -> str:
    """The public page, as the QR code names it for ever."""
    return f"{settings.PUBLIC_URL}/c/{connector.station.code}/{connector.number}"


def make(connectors: Iterable[Connector]) -> bytes:
    """The PDF; one empty page where there is nothing to print."""
    sheet = Sheet()
    for place, connector in enumerate(connectors):
        sheet.stick(place, connector)
    if not sheet.pages:
        sheet.add_page()
    try:
        return bytes(sheet.output())
    finally:
        sheet.close_fonts()


class Sheet(FPDF):
    """Pages of stickers, one after the other from left to right and from top to bottom."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(False)
        self.set_title(_("Stickers"))
        for style, name in (("", "Regular"), ("B", "Bold")):
            self.add_font(FONT, style, font_file(name))

    def close_fonts(self) -> None:
        """The library leaves the files open from which it reads letters."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def stick(self, place: int, connector: Connector) -> None:
        """One sticker with a thin line to cut along."""
        row, column = divmod(place % (COLUMNS * ROWS), COLUMNS)
        if row == column == 0:
            self.add_page()
        x, y = LEFT + column * WIDTH, TOP + row * HEIGHT
        self.set_draw_color(190)
        self.set_line_width(0.1)
        self.rect(x, y, WIDTH, HEIGHT)
        self.draw_qr(address_of(connector), x=x + PADDING - 1, y=y + PADDING)
        self.write_words(connector, x=x + PADDING + QR_SIZE, y=y + PADDING)
        self.write_foot(connector, x=x + PADDING, y=y + PADDING + QR_SIZE + 1)

    def draw_qr(self, text: str, *, x: float, y: float) -> None:
        """Dark modules as runs of black, with the quiet zone around them."""
        matrix = segno.make(text, error="m", micro=False).matrix
        side = QR_SIZE / (len(matrix) + 2 * QUIET_MODULES)
        self.set_fill_color(0)
        for line, modules in enumerate(matrix, QUIET_MODULES):
            for first, length in runs(modules):
                # A hair wider, so that no printer leaves a gap between two lines.
                self.rect(x + (first + QUIET_MODULES) * side, y + line * side, length * side + 0.02, side + 0.02, "F")

    def write_words(self, connector: Connector, *, x: float, y: float) -> None:
        """The station's code and the connector's number, to be read from a car's window."""
        room = WIDTH - QR_SIZE - 2 * PADDING
        self.line_at(
            x, y + 2, room, connector.station.code, size=self.size_for(connector.station.code, room, 18), bold=True
        )
        self.line_at(x, y + 14, room, _("Connector"), size=10)
        self.line_at(x, y + 19, room, str(connector.number), size=34, bold=True)
        if connector.type:
            self.line_at(x, y + 35, room, connector.get_type_display(), size=11)

    def write_foot(self, connector: Connector, *, x: float, y: float) -> None:
        """What to do with it, and whom to call."""
        room = WIDTH - 2 * PADDING
        self.line_at(x, y, room, _("Scan to see the price and to charge"), size=9)
        if settings.OPERATOR_PHONE:
            words = _("Help: %(phone)s") % {"phone": settings.OPERATOR_PHONE}
            self.line_at(x, y + 6, room, words, size=self.size_for(words, room, 13), bold=True)

    def line_at(self, x: float, y: float, room: float, text: str, *, size: float, bold: bool = False) -> None:
        """One line of text, no wider than its room."""
        self.set_font(FONT, "B" if bold else "", self.size_for(text, room, size, bold=bold))
        self.set_xy(x, y)
        self.cell(room, size / 2, text)

    def size_for(self, text: str, room: float, size: float, *, bold: bool = True) -> float:
        """The size in points at which a text fits into so many millimetres, at most the one that is wanted."""
        self.set_font(FONT, "B" if bold else "", size)
        width = self.get_string_width(text)
        return size if width <= room - 2 else size * (room - 2) / width


def runs(modules: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Where dark modules begin, and how many follow one another."""
    begun = None
    for place, module in enumerate([*modules, 0]):
        if module and begun is None:
            begun = place
        elif not module and begun is not None:
            yield begun, place - begun
            begun = None


def font_file(name: str) -> Path:
    """The portal's own font, which has Latin and Cyrillic letters."""
    found = finders.find(f"{FOLDER}/Inter-{name}.woff2")
    return Path(str(found))
