"""Workbooks: typed cells, no formula, nothing that a workbook cannot hold, and no more in memory than a step."""

import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from drivepower.core import exports
from drivepower.core.models import Alert
from drivepower.core.tests.test_exports import COLUMNS, HOSTILE, make_alerts


def workbook(pieces: "list[bytes]") -> list[list[object]]:
    """The rows of the file's only sheet, formulas as formulas."""
    book = load_workbook(io.BytesIO(b"".join(pieces)), data_only=False)
    for row in book.active.iter_rows():
        assert all(cell.data_type != "f" for cell in row)
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_it_holds_no_formula(text: str) -> None:
    rows = workbook(list(exports.packed(iter([[[exports.cell(text), exports.cell(Decimal("-3.50"))]]]))))

    assert str(rows[0][0]).startswith("'")
    assert rows[0][1] == -3.5


def test_it_holds_what_a_workbook_cannot() -> None:
    lines = [[exports.cell("a\x01b"), exports.cell(10**15), exports.cell("<script>alert(1)</script>")]]
    assert workbook(list(exports.packed(iter([lines])))) == [
        ["a\ufffdb", "1000000000000000", "<script>alert(1)</script>"]
    ]


@pytest.mark.django_db
def test_it_takes_a_long_list_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    make_alerts(25)
    monkeypatch.setattr(exports, "STEP", 10)

    with CaptureQueriesContext(connection) as queries:
        file = exports.as_xlsx(Alert.objects.all(), COLUMNS, name="alerts")
        rows = workbook(list(file))

    assert len(queries) == 4
    assert rows[0] == ["subject", "text"]
    assert [row[0] for row in rows[1:]] == list(range(24, -1, -1))
    assert file["Content-Disposition"] == 'attachment; filename="alerts.xlsx"'
    assert file["Cache-Control"] == "no-store"
