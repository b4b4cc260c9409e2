"""A monthly report as a workbook, in the language in force; names that stations gave are no formulas there."""

import io
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from drivepower.core.exports import Cell, cell, kept
from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly import told
from drivepower.portal.monthly.figures import downtime


def xlsx_of(report: MonthlyReport) -> bytes:
    """All rows: numbers stay numbers, shares are of one, times are hours and energy is kWh."""
    book, figures = Workbook(write_only=True), report.figures
    names = {
        "connectors": _("Connectors"),
        "locations": _("Locations"),
        "vendors": _("Vendors"),
        "worst": _("Ten worst"),
    }
    for part, title in names.items():
        add(book, title, [_("Name"), *told.heads()], [line_of(row) for row in figures[part]])
    causes = [[told.cause(one["cause"]), hours(one["seconds"])] for one in figures["causes"]]
    add(book, _("Causes of downtime"), [_("Cause"), _("Hours")], causes)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def add(book: Any, title: str, heads: list[str], lines: list[list[Any]]) -> None:
    """A sheet; its heads stay in sight."""
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 36
    for line in (heads, *lines):
        sheet.append([safe(value) for value in line])


def safe(value: Any) -> Cell | float | None:
    """A cell: numbers as they are, texts without what would make them formulas."""
    return value if value is None or isinstance(value, float) else kept(cell(value))


def line_of(row: dict[str, Any]) -> list[Any]:
    """A row under the heads of `told`."""
    down = downtime(row)
    times = [hours(row[name]) for name in told.TIMES]
    shares = ratio(row["measured"] - down, row["measured"]), ratio(row["attempts"] - row["failures"], row["attempts"])
    return [told.named(row), shares[0], hours(down), *times, row["attempts"], shares[1], row["energy_wh"] / 1000]


def hours(seconds: int) -> float:
    """Seconds as hours."""
    return round(seconds / told.HOUR, 4)


def ratio(part: int, whole: int) -> float | None:
    """A share of one; nothing where there is nothing to share."""
    return round(part / whole, 6) if whole > 0 else None
