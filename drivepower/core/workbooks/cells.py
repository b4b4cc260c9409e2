"""The cells of a sheet as they would stand in a CSV file."""

import re
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel, from_ISO8601

from drivepower.core.workbooks.parts import Reader, WrongFile

PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
WHOLE = re.compile(r"-?[0-9]{1,40}")
# Spreadsheets keep fifteen digits: of a longer number those behind them would be made up.
EXACT = 1e15
Lines = list[tuple[int, list[str]]]


class Cells(Reader):
    """The sheet: what its cells say."""

    def __init__(
        self, strings: list[str], formats: list[str], epoch: datetime, most_rows: int, most_columns: int
    ) -> None:
        self._strings, self._formats, self._epoch = strings, formats, epoch
        self._most_rows, self._most_columns = most_rows, most_columns
        self._rows: dict[int, dict[int, str]] = {}
        self._row = self._column = 0
        self._kind, self._style, self._is_value = "", 0, False
        self._pieces: list[str] = []

    def start(self, name: str, said: dict[str, str]) -> None:
        """Rows and cells may leave out where they are: next to the one before."""
        if name == "row":
            self._row, self._column = int(said.get("r", self._row + 1)), 0
        elif name == "c":
            self._column = column_of(said["r"]) if "r" in said else self._column + 1
            self._kind, self._style, self._pieces = said.get("t", "n"), int(said.get("s", 0)), []
        elif name == "f":
            raise WrongFile(_("Cell %(name)s is a formula; paste its value.") % {"name": self._name()})
        self._is_value = name in ("v", "t")

    def end(self, name: str) -> None:
        """A cell that says something counts."""
        self._is_value = False
        if name == "c" and (value := "".join(self._pieces)):
            self._keep(self._said(value))

    def text(self, text: str) -> None:
        """Its value, or the text that stands in the cell itself."""
        if self._is_value:
            self._pieces.append(text)

    def lines(self) -> Lines:
        """The rows in their order, each as long as it says something."""
        return [
            (number, [row.get(column, "") for column in range(1, max(row) + 1)])
            for number, row in sorted(self._rows.items())
        ]

    def _keep(self, text: str) -> None:
        if not text.strip():
            return
        if self._column > self._most_columns:
            raise WrongFile(_("The file has more than %(count)d columns.") % {"count": self._most_columns})
        self._rows.setdefault(self._row, {})[self._column] = text
        if len(self._rows) > self._most_rows:
            raise WrongFile(_("The file has more than %(count)d rows; split it.") % {"count": self._most_rows - 1})

    def _said(self, value: str) -> str:
        """A value as it would stand in a CSV file."""
        match self._kind:
            case "s":
                return self._strings[int(value)]
            case "b":
                return "yes" if value == "1" else "no"
            case "d":
                return written(from_ISO8601(value))
            case "n":
                return self._number(value)
            case "e":
                told = {"name": self._name(), "value": value[:20]}
                raise WrongFile(_("Cell %(name)s says %(value)s: mend it first.") % told)
        return value

    def _number(self, value: str) -> str:
        """A number, or the moment that it stands for."""
        shown = self._formats[self._style] if self._style < len(self._formats) else "General"
        try:
            if is_date_format(shown):
                return written(from_excel(float(value), self._epoch, timedelta=is_timedelta_format(shown)))
        except (ValueError, OverflowError):  # before or after all days
            pass
        if WHOLE.fullmatch(value):
            return str(int(value))
        number = float(value)
        return written(number) if abs(number) < EXACT else value

    def _name(self) -> str:
        """As spreadsheets call the cell."""
        letters, column = "", self._column
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return f"{letters}{self._row}"


def column_of(place: str) -> int:
    """The column's number in a name as B2."""
    found = PLACE.fullmatch(place)
    if found is None:
        raise ValueError("no place")
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def written(value: Any) -> str:
    """A number or moment as people type it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)
