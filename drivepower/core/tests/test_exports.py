"""Files for spreadsheets: no formula gets in, numbers stay numbers, and a long list is never in memory at once."""

import asyncio
import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drivepower.core import exports
from drivepower.core.models import Alert

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", "＝1+1", "＋1", "－1", "＠A", "  =1", "\u00a0=1",
    '=HYPERLINK("http://x")', "-2+3+cmd|' /C calc'!A0",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_it_disarms_formulas(text: str) -> None:
    assert exports.cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [Decimal("-382.50"), -5, 0], ids=str)
def test_it_leaves_numbers_numbers(value: Decimal | int) -> None:
    line = exports.written([[exports.cell(value), exports.cell("a;=1")]])

    assert line == f'{value},"a;=1"\r\n'


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (True, "True"), (NOW, "2026-03-02T09:00:00+00:00"), ("Асан", "Асан")], ids=str
)
def test_it_writes_other_values_as_text(value: object, shown: str) -> None:
    assert exports.cell(value) == shown


def make_alerts(count: int) -> None:
    Alert.objects.bulk_create(
        Alert(kind="x", subject=str(number), text="=1", opened_at=NOW, last_at=NOW) for number in range(count)
    )


COLUMNS = {"subject": lambda alert: int(alert.subject), "text": lambda alert: alert.text}


@pytest.mark.django_db
def test_it_takes_a_long_list_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    make_alerts(25)
    monkeypatch.setattr(exports, "STEP", 10)

    with CaptureQueriesContext(connection) as queries:
        steps = list(exports.parts(Alert.objects.all(), COLUMNS))

    assert len(steps) == 1 + 3
    assert len(queries) == 4
    assert all("LIMIT 10" in query["sql"] for query in queries)
    read = list(csv.DictReader(io.StringIO("".join(steps))))
    assert [int(row["subject"]) for row in read] == list(range(24, -1, -1))


@pytest.mark.django_db(transaction=True)
def test_it_makes_a_step_only_when_the_one_before_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    make_alerts(25)
    monkeypatch.setattr(exports, "STEP", 10)
    asked: list[int] = []

    def watched() -> "object":
        for part in exports.parts(Alert.objects.all(), COLUMNS):
            asked.append(len(part))
            yield part

    async def first() -> bytes:
        sending = aiter(exports.CsvFile(watched(), name="alerts"))  # type: ignore[arg-type]  # a generator
        return await anext(sending)

    assert asyncio.run(first()) == b'\xef\xbb\xbf"subject","text"\r\n'  # by the mark Excel knows UTF-8
    assert len(asked) == 1
