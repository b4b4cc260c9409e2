"""Tags of the templates of lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from drivepower.core.lists import ChosenList, on_a_phone
from drivepower.portal.views import bar

register = template.Library()


@register.simple_tag(takes_context=True)
def views_bar(context: Context, shown: ChosenList) -> bar.Bar:
    """What stands above this list."""
    return bar.bar_of(context["request"], shown)


@dataclass(frozen=True)
class Cells:
    """A row as HTML; whether some of its cells are shown on a phone only when asked for."""

    all: list[SafeString]
    are_more: bool


@register.simple_tag
def cells_of(row: Sequence[SafeString], shown: Any) -> Cells:
    """The cells of a row, as the theme has drawn them; those that do not fit a phone are marked `is-more`."""
    kept = on_a_phone(shown)
    columns = [*shown.list_display, *[None] * len(row)]  # what a form adds stands behind the columns
    marked = [
        cell if column is None or column in kept else marked_as_more(cell)
        for cell, column in zip(row, columns, strict=False)
    ]
    return Cells(marked, are_more=marked != list(row))


def marked_as_more(cell: SafeString) -> SafeString:
    """A cell that a phone shows only when asked for it."""
    return mark_safe(cell.replace('class="', 'class="is-more ', 1))  # noqa: S308  # HTML as it was
