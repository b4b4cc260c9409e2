"""Times of a list's rows by the clock of each row's place, where that shows another time than the list's own clock."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Model
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString

from drivepower.core import clocks


def column(pages: Any, name: Any) -> Any:
    """The column of a list: of a time in a list of things at places one that tells it by their clock, too."""
    if not pages.clocked_by or not isinstance(name, str):
        return name
    try:
        field = pages.opts.get_field(name)
    except FieldDoesNotExist:
        return name
    return moment(pages.model, name, pages.clocked_by) if isinstance(field, DateTimeField) else name


@cache
def moment(model: type[Model], name: str, place: str) -> Callable[[Any], datetime | SafeString | None]:
    """A column of the times in that field; `place` leads from a row to its location, as in `station__location`."""

    @admin.display(description=model._meta.get_field(name).verbose_name, ordering=name)  # type: ignore[union-attr]  # no relation
    def told(row: Any) -> datetime | SafeString | None:
        value: datetime | None = getattr(row, name)
        there = clock_of(row, place)
        if value is None or there is None or there.utcoffset(value) == timezone.localtime(value).utcoffset():
            return value
        return format_html(
            '<span class="whitespace-nowrap">{}</span><br><small class="whitespace-nowrap" title="{}">{}</small>',
            localize(timezone.localtime(value)), there.key, clocks.beside(value, there),
        )  # fmt: skip

    told.__name__ = name
    return told


def clock_of(row: Any, place: str) -> ZoneInfo | None:
    """The zone of the location that a row belongs to; None where it belongs to none."""
    for step in place.split("__"):
        row = getattr(row, step) if row is not None else None
    return ZoneInfo(row.time_zone) if row is not None else None
