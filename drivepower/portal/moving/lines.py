"""What an import will do, line by line: new, changed with before and after, the same, or wrong and why."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from drivepower.core.sheets import Row, Sheet
from drivepower.portal.moving.cells import as_text, shown
from drivepower.portal.moving.wrong import WrongCell

Change = tuple[str, str, str]
# What an empty cell means where a column cannot be empty: it stays as it is, or as a new row begins.
LEFT: Any = object()


@dataclass(frozen=True)
class Column:
    """A column of a file: how its cells are read, what an empty one means, and what to tell whoever fills it in."""

    name: str
    hint: str | Promise = ""
    parse: Callable[[str], Any] = as_text
    empty: Any = ""
    is_needed: bool = False
    example: str = ""
    # The model's column, where it has another name.
    attribute: str = ""

    @property
    def field(self) -> str:
        """The model's name of it."""
        return self.attribute or self.name


@dataclass
class Line:
    """One thing that the file speaks of, in one row or several."""

    number: int
    name: str
    target: Any = None
    said: dict[str, Any] = field(default_factory=dict)
    # Of what was said, that which is to be written.
    written: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """new, changed, same or wrong."""
        if self.reasons:
            return "wrong"
        if self.target is None:
            return "new"
        return "changed" if self.changes else "same"


@dataclass(frozen=True)
class Kind:
    """What can be imported: its columns, who may, how a file is compared with what stands, and how that is written."""

    name: str
    title: str | Promise
    icon: str
    rights: tuple[str, ...]
    columns: tuple[Column, ...]
    # The lines of a sheet, with the rows that they would change locked where that is asked for.
    plan: Callable[[Sheet, datetime, bool], list[Line]]
    write: Callable[[Line, User, datetime], models.Model]
    # What stands now, as rows of such a file.
    standing: Callable[[], Iterable[list[str]]]

    @property
    def known(self) -> list[str]:
        """All its columns."""
        return [column.name for column in self.columns]

    @property
    def needed(self) -> list[str]:
        """Those that no file goes without."""
        return [column.name for column in self.columns if column.is_needed]


def read_cells(row: Row, columns: Iterable[Column], found: Mapping[str, Mapping[str, Any]], line: Line) -> None:
    """Put what a row says into the line, reasons for what it cannot say; `found` holds the rows that cells name."""
    for column in columns:
        if column.name not in row.cells:
            continue
        try:
            value = read_cell(row.cells[column.name], column, found.get(column.name))
            if value is not LEFT:
                line.said[column.field] = value
        except WrongCell as error:
            line.reasons.append(f"{column.name}: {error}")


def read_cell(cell: str, column: Column, found: Mapping[str, Any] | None) -> Any:
    """What a cell means; WrongCell for nothing that can be."""
    if not cell:
        if column.is_needed:
            raise WrongCell(_("this must not be empty"))
        return column.empty
    if found is None:
        return column.parse(cell)
    if cell.lower() not in found:
        raise WrongCell(_("there is no %(name)s") % {"name": cell})
    return found[cell.lower()]


def compare(line: Line, model: type[models.Model], names: Mapping[str, str]) -> None:
    """Note in the line what would change of its target (or all of a new row), and what the model would not take.

    `names` says by which column of the file each of the model's columns is known.
    """
    # Not the target itself: verbs compare what they are told with how it stands.
    standing = {one.attname: getattr(line.target, one.attname) for one in model._meta.concrete_fields if line.target}
    row = model(**standing)
    for name, value in line.said.items():
        before, after = shown(getattr(line.target, name)) if line.target else "", shown(value)
        if before != after:
            line.changes.append((names.get(name, name), before, after))
        if before != after or line.target is None:
            line.written[name] = value
        setattr(row, name, value)
    plain = {one.name for one in model._meta.concrete_fields if one.name in line.said and not one.is_relation}
    try:
        row.clean_fields(exclude={one.name for one in model._meta.fields} - plain)
    except ValidationError as error:
        line.reasons += [f"{names.get(name, name)}: {' '.join(said)}" for name, said in error.message_dict.items()]


def refuse_twice(lines: Iterable[Line], key: Callable[[Line], str | None], why: str) -> None:
    """Note in every line but the first of the same key why it cannot be."""
    seen: dict[str, int] = {}
    for line in lines:
        if (value := key(line)) and seen.setdefault(value, line.number) != line.number:
            line.reasons.append(why % {"number": seen[value]})


def digest(lines: Iterable[Line]) -> str:
    """What the lines would do, as one value: another one means that something else would happen."""
    told = [[line.number, line.name, line.state, line.target and line.target.pk, line.changes] for line in lines]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()
