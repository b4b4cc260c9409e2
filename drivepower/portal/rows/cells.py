"""A cell as the list draws it, told as plain words: the page only ever sets text."""

import html
import re
from typing import Any

from django.contrib.admin.utils import display_for_field, display_for_value, lookup_field
from django.db.models import Model
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from unfold.utils import display_for_label

# The look of a label, as unfold's own template has drawn it.
LOOK = re.compile(r'class="([^"]*)"')
Cell = dict[str, str]


def cell_of(page: Any, row: Model, column: Any) -> Cell:
    """The text of a column, and for a label how it looks."""
    empty = page.get_empty_value_display()
    field, column_of, value = lookup_field(column, row, page)
    empty = getattr(column_of, "empty_value_display", empty)
    if field is not None:
        return {"text": text_of(display_for_field(value, field, empty))}
    if label := getattr(column_of, "label", None):
        drawn = str(display_for_label(value, empty, label))
        look = LOOK.search(drawn)
        return {"text": text_of(SafeString(drawn)), "look": " ".join(look[1].split()) if look else ""}
    return {"text": text_of(display_for_value(value, empty, getattr(column_of, "boolean", False)))}


def text_of(drawn: Any) -> str:
    """What is read of something drawn: HTML of ours without its tags, anything else letter by letter."""
    if isinstance(drawn, SafeString):
        return " ".join(html.unescape(strip_tags(drawn)).split())
    return str(drawn)
