"""By what an address may narrow a list: by what its filters offer and its columns show, never by what it keeps back."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DecimalField, JSONField
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest

# Whole values and their order; a part of a text would be found letter by letter.
LOOKUPS = frozenset({"exact", "in", "gt", "gte", "lt", "lte", "isnull"})
# Columns that no address asks about, even where a list shows something of them; `narrowed_by` names exceptions.
SECRET = re.compile(r"secret|password|token|hash|payload|(^|_)keys?$")


def path_of(lookup: str) -> str:
    """The path to what a parameter asks about; with another lookup than those it is the way to nothing."""
    path, _, last = lookup.rpartition(LOOKUP_SEP)
    return path if path and last in LOOKUPS else lookup


def is_admitted(pages: Any, request: HttpRequest, lookup: str) -> bool:
    """Whether the list of these pages may be narrowed by that parameter, which no filter of the panel took."""
    return path_of(lookup) in set(paths(pages, request))


def paths(pages: Any, request: HttpRequest) -> Iterator[str]:
    """What the filters are about, the columns that are shown, the key, and what our own links ask for."""
    yield from pages.narrowed_by
    named = [one if isinstance(one, str) else one[0] for one in pages.get_list_filter(request) if not callable(one)]
    shown = [one for one in (*pages.get_list_display(request), *pages.more_columns) if is_column(pages.opts, one)]
    yield from (one for one in (*named, *shown, pages.opts.pk.name, "pk") if not SECRET.search(one))


def is_column(opts: Any, name: Any) -> bool:
    """Whether a list's column is one of the table, and holds one value."""
    field = field_of(opts, name) if isinstance(name, str) else None
    return field is not None and field.concrete and not isinstance(field, (ArrayField, JSONField))


def check(opts: Any, lookup: str, values: Sequence[Any]) -> None:
    """Refuse with ValidationError numbers that are longer than any that the column holds: the database may, too."""
    field = field_of(opts, path_of(lookup).split(LOOKUP_SEP)[0])
    if isinstance(field, DecimalField) and not lookup.endswith(f"{LOOKUP_SEP}isnull"):
        for value in values:
            for one in value if isinstance(value, list) else [value]:
                field.run_validators(field.to_python(one))


def field_of(opts: Any, name: str) -> Any:
    """The column or relation of that name; None where there is none."""
    try:
        return opts.get_field(name)
    except FieldDoesNotExist:
        return None


def is_of_table(opts: Any, lookup: str) -> bool:
    """Whether a parameter names anything of the table; what does not is a mistake, not a question."""
    return field_of(opts, lookup.split(LOOKUP_SEP)[0]) is not None
