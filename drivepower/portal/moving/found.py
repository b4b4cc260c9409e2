"""The rows that the cells of a file name, found with one query for each column; keys are in lower case."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models.functions import Lower

from accounts import phones
from accounts.models import Company, Membership, User
from billing.models import TariffPlan
from drivepower.core.sheets import Sheet
from stations.models import Location

# Where the rows are that a column names, and by which of their columns.
NAMED: dict[str, tuple[type[models.Model], str]] = {
    "location": (Location, "code"),
    "tariff_plan": (TariffPlan, "name"),
    "connector_plan": (TariffPlan, "name"),
    "company": (Company, "name"),
    "owner": (Company, "name"),
    "membership": (Membership, "name"),
}


def cells(sheet: Sheet, column: str) -> set[str]:
    """What the file says in a column, in lower case."""
    return {row.cells[column].lower() for row in sheet.rows if row.cells.get(column)}


def named(sheet: Sheet, *columns: str) -> dict[str, Mapping[str, Any]]:
    """For each of these columns its rows by name."""
    return {column: by_name(*NAMED[column], cells(sheet, column)) for column in columns}


def by_name(model: type[models.Model], column: str, names: set[str]) -> dict[str, Any]:
    """The rows of these names; private price plans are nobody's to name."""
    rows: Any = model._default_manager.annotate(lowered=Lower(column)).filter(lowered__in=names)
    if model is TariffPlan:
        rows = rows.filter(is_private=False)
    return {row.lowered: row for row in rows}


def drivers(sheet: Sheet, column: str) -> dict[str, User]:
    """Drivers by e-mail or phone, under what the file calls them."""
    wanted = cells(sheet, column)
    by_phone = {name: phone for name in wanted if (phone := phone_of(name))}
    people = User.objects.filter(role=User.Role.DRIVER).filter(
        models.Q(email__in=wanted) | models.Q(phone__in=by_phone.values())
    )
    known = {name: person for person in people for name in (person.email, person.phone) if name}
    return {name: known[by_phone.get(name, name)] for name in wanted if by_phone.get(name, name) in known}


def phone_of(text: str) -> str | None:
    """The phone number that a text is, in E.164; None where it is none."""
    try:
        return None if "@" in text else phones.normalise(text)
    except ValueError:
        return None
