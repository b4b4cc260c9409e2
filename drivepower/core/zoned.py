"""Times of rows by the clock of each row's place, too, where that shows another time than the portal's own clock."""

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
def moment(model: type[Model], name: str, place: str) -> Callable[[Any], SafeString | str | None]:
    """A column of the times in that field; `place` leads from a row to its location, as in `station__location`."""

    @admin.display(description=model._meta.get_field(name).verbose_name, ordering=name)  # type: ignore[union-attr]  # no relation
    def told(row: Any) -> SafeString | str | None:
        value: datetime | None = getattr(row, name)
        if value is None:
            return None
        local, there = timezone.localtime(value), clock_of(row, place)
        return with_place(f"{localize(local)}{clocks.told_apart(local)}", value, there)

    told.__name__ = name
    return told


def on_its_page(row: Any, value: datetime, place: str) -> SafeString | str:
    """A time of a row's own page, where no line names the clock: with it, and by that of the row's place, too."""
    return with_place(clocks.full(value), value, clock_of(row, place) if place else None)


def with_place(ours: str, value: datetime, there: ZoneInfo | None) -> SafeString | str:
    """A time as it was written, above that of its place where that is another; with room between for plain words."""
    if there is None or not (elsewhere := clocks.elsewhere(there, value)):
        return ours
    return format_html(
        '<span class="whitespace-nowrap">{}</span> <br><small class="whitespace-nowrap" title="{}">{}</small>',
        ours, there.key, elsewhere,
    )  # fmt: skip


def clock_of(row: Any, place: str) -> ZoneInfo | None:
    """The zone of the location that a row belongs to, or that a query has brought along; None where it has none."""
    for step in place.split("__"):
        row = getattr(row, step) if row is not None else None
    name = getattr(row, "time_zone", row)
    return ZoneInfo(name) if name else None
