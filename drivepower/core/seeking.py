"""How lists are searched: a word is sought in what rows point to first, so that big tables are read by their keys."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import lookup_spawns_duplicates
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.utils.text import smart_split, unescape_string_literal

from drivepower.core.texts import storable

# As many keys are carried from one table to the next; where more fit, the database joins them itself.
MOST_KEYS = 500
# What a field's name may begin with, as Django's admin has it.
PREFIXES = {"^": "istartswith", "=": "iexact"}


def seek(rows: QuerySet[Any], *, fields: Sequence[str], text: str) -> QuerySet[Any]:
    """The rows that have each word of the text, in quotes or bare, in one of the admin's `search_fields`."""
    for word in smart_split(storable(text)):
        bare = unescape_string_literal(word) if word[0] == word[-1] and word[0] in "\"'" and len(word) > 1 else word
        found = Q(pk__in=[])
        for field in fields:
            found |= fitting(rows.model, field, bare)
        rows = rows.filter(found)
    return rows.distinct() if any(lookup_spawns_duplicates(rows.model._meta, field) for field in fields) else rows


def fitting(model: type[Model], field: str, word: str) -> Q:
    """The rows of a table whose field fits; none where the word cannot be a value of it."""
    prefix = field[0] if field[0] in PREFIXES else ""
    first, _, rest = field.removeprefix(prefix).partition(LOOKUP_SEP)
    target = pointed_at(model, first)
    if rest and target is not None:
        return Q(**{f"{first}__in": keys(target.filter(fitting(target.model, f"{prefix}{rest}", word)))})
    lookup = lookup_of(model, field)
    try:
        model._default_manager.filter(**{lookup: word})
    except (ValueError, ValidationError, OverflowError):
        return Q(pk__in=[])
    return Q(**{lookup: word})


def pointed_at(model: type[Model], name: str) -> "QuerySet[Any] | None":
    """The table that a column of that name points to; None for anything else."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field.related_model._default_manager.all() if field.many_to_one or field.one_to_one else None


def keys(found: QuerySet[Any]) -> Any:
    """The keys of few rows, or many rows as they are."""
    few = list(found.order_by().values_list("pk", flat=True)[: MOST_KEYS + 1])
    return few if len(few) <= MOST_KEYS else found.values("pk")


def lookup_of(model: type[Model], field: str) -> str:
    """A field's name as a lookup: a part of the text where it says nothing else."""
    if field[0] in PREFIXES:
        return f"{field[1:]}{LOOKUP_SEP}{PREFIXES[field[0]]}"
    last = field.rpartition(LOOKUP_SEP)[2]
    column: Any = pointed_column(model, field)
    return field if column is None and last != field else f"{field}{LOOKUP_SEP}icontains"


def pointed_column(model: type[Model], field: str) -> Any:
    """The column that a path ends at; None where it ends with a lookup."""
    column: Any = None
    for name in field.split(LOOKUP_SEP):
        try:
            column = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        model = column.related_model or model
    return column
