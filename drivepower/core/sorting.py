"""By which columns a big list may be sorted: by those whose order an index has, and that tell rows well apart."""

from typing import Any

from django.db.models import BooleanField, Index


def column_of(asked: str, shown: Any) -> Any:
    """The column of a list that one part of an address's order names; None where it may not be sorted by it."""
    number = asked.removeprefix("-")
    if not (number.isascii() and number.isdecimal() and int(number) < len(shown.list_display)):
        return None
    column = shown.list_display[int(number)]
    return column if column in shown.sortable_by else None


def is_answered(pages: Any, column: Any) -> bool:
    """Whether an index of the table begins with what a column is sorted by."""
    name = ordered_by(pages, column)
    field = next((one for one in pages.opts.concrete_fields if one.name == name), None)
    # Of a few values each has a great part of the rows, which the index leaves to be sorted by their keys.
    if field is None or field.is_relation or field.choices or isinstance(field, BooleanField):
        return False
    return bool(field.unique or field.db_index) or name in leading(pages.opts)


def ordered_by(pages: Any, column: Any) -> str:
    """The name that a column is sorted by; "" where there is none."""
    if isinstance(column, str) and any(one.name == column for one in pages.opts.concrete_fields):
        return column
    shown = column if callable(column) else getattr(pages, column, None) or getattr(pages.model, column, None)
    return str(getattr(shown, "admin_order_field", None) or "").removeprefix("-")


def leading(opts: Any) -> set[str]:
    """The first columns of what the whole table is kept in order by."""
    # Only trees keep an order: others (BRIN, GIN) find rows without one.
    trees = [one for one in opts.indexes if type(one) is Index]
    indexes = [one.fields_orders[0][0] for one in trees if one.fields and not one.condition]
    unique = [one.fields[0] for one in opts.total_unique_constraints]
    return {*indexes, *unique, *(together[0] for together in opts.unique_together)}
