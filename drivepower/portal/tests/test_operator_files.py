"""Lists of the operator API as files: CSV unless a workbook is asked for, both told by the published schema."""

import csv
import io
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from openpyxl import load_workbook

from charging.tests.world import World
from drivepower.core.exports import MEDIA_TYPE, XLSX_TYPE
from drivepower.portal.tests.companies import OURS, host_of, populate
from stations.tests.desk import Desk, staff

FILES = ("sessions", "receipts", "transfers", "id-tags")


@pytest.fixture
def desk(world: World) -> Desk:
    """Somebody who may do everything, where there is a row of each kind."""
    populate(world, OURS)
    return Desk(staff())


def table(answer: Any) -> list[list[str]]:
    """The cells of a file of either kind."""
    body = b"".join(answer.streaming_content)
    if answer.headers["Content-Type"] == XLSX_TYPE:
        rows = load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    return [[str(cell) for cell in row] for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("query", "accept"), [("?format=xlsx", "*/*"), ("", XLSX_TYPE)], ids=["by address", "by header"]
)
def test_a_list_comes_as_a_workbook_with_the_rows_of_its_csv(desk: Desk, name: str, query: str, accept: str) -> None:
    book = desk.raw("GET", f"exports/{name}{query}", Accept=accept)
    assert (book.status_code, book.headers["Content-Type"]) == (200, XLSX_TYPE)
    assert book.headers["Content-Disposition"] == f'attachment; filename="{name}.xlsx"'
    heads, *rows = table(book)
    plain = table(desk.raw("GET", f"exports/{name}"))
    assert (heads, [row[0] for row in rows]) == (plain[0], [row[0] for row in plain[1:]])
    assert rows


def test_it_is_csv_where_nothing_is_asked_for(desk: Desk) -> None:
    for query in ("", "?format=csv", "?format=json"):
        assert desk.raw("GET", f"exports/sessions{query}").headers["Content-Type"].startswith(MEDIA_TYPE), query


def test_frames_come_as_a_workbook(desk: Desk) -> None:
    answer = desk.raw("GET", "frames?file=xlsx")
    assert answer.headers["Content-Type"] == XLSX_TYPE
    assert "message_id" in table(answer)[0]


def test_what_is_wrong_is_told_as_json(desk: Desk) -> None:
    answer = desk.raw("GET", "exports/sessions?format=xlsx&driver=nobody")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
    assert desk.raw("GET", "exports/sessions?format=pdf").status_code == 400


def test_a_company_gets_its_own_rows(world: World, desk: Desk) -> None:
    populate(world, "FOREIGN")
    company = Desk(host_of(populate(world, "THIRD")))
    told = str(table(company.raw("GET", "exports/sessions?format=xlsx")))
    assert "THIRD" in told
    assert "FOREIGN" not in told
    assert "OURS" not in told


def test_the_schema_tells_both(db: None) -> None:
    generator: Any = SchemaGenerator  # it has no type hints
    paths = generator().get_schema(request=None, public=True)["paths"]
    for name in FILES:
        get = paths[f"/api/v1/operator/exports/{name}"]["get"]
        assert {MEDIA_TYPE, XLSX_TYPE} <= set(get["responses"]["200"]["content"]), name
        (how,) = [one for one in get["parameters"] if one["name"] == "format"]
        assert {"csv", "xlsx"} <= set(how["schema"]["enum"]), name
    frames = paths["/api/v1/operator/frames"]["get"]
    (how,) = [one for one in frames["parameters"] if one["name"] == "file"]
    assert "xlsx" in how["schema"]["enum"]
