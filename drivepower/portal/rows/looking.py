"""What an open list shows by now: its rows, and how many more there are than when it was opened."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, QueryDict
from django.utils import timezone, translation

from drivepower.core import zoned
from drivepower.core.lists import filtered
from drivepower.portal.rows.cells import Cell, cell_of
from drivepower.portal.rows.topics import Topic
from drivepower.portal.sitting import Sitting, person_at

MOST_NEW = 100
# Parameters of an address that filter nothing.
ORDER, PAGE = "o", "p"
Rows = dict[str, dict[str, Cell]]


@dataclass
class Open:
    """A list that somebody looks at: which rows of it, by which address, and the newest row that it can have shown."""

    topic: Topic
    sitting: Sitting
    language: str
    keys: list[int]
    query: QueryDict
    since: int | None = None
    newest: int = 0
    new: int = 0
    told: Rows = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """What is to be told: rows that are different now, and how many are new."""

    rows: Rows
    new: int


def look(shown: Open) -> Seen | None:
    """What has changed since the last look; None where this person may not see the list any more."""
    user = person_at(shown.sitting)
    page, request = shown.topic.page, HttpRequest()
    request.method, request.user, request.GET = "GET", user, shown.query  # type: ignore[assignment]  # anybody known
    zone = ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)
    with translation.override(shown.language), timezone.override(zone):
        if user is None or not page.has_view_permission(request):
            return None
        now = rows_of(page, request, shown)
        count_new(page, request, shown)
    changed = {key: row for key, row in now.items() if shown.told.get(key) != row}
    shown.told = now
    return Seen(changed, shown.new)


def rows_of(page: Any, request: HttpRequest, shown: Open) -> Rows:
    """The rows that are shown, as far as this person may see them."""
    rows = page.get_queryset(request).filter(pk__in=shown.keys)
    if isinstance(page.list_select_related, (list, tuple)):
        rows = rows.select_related(*page.list_select_related)
    columns = [column for column in shown.topic.cells if is_column(page, column)]
    drawn = {column: zoned.column(page, column) for column in columns}
    return {str(row.pk): {name: cell_of(page, row, column) for name, column in drawn.items()} for row in rows}


def is_column(page: Any, column: str) -> bool:
    """Whether the list can have it."""
    return column in (*page.list_display, *getattr(page, "more_columns", ()))


def count_new(page: Any, request: HttpRequest, shown: Open) -> None:
    """Count newer rows of the same filter; asks nothing more while the table has no newer row at all."""
    newest = page.model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    if shown.since is None:
        shown.since = shown.newest = first_newest(page, shown, newest)
    if newest <= shown.newest:
        return
    shown.newest = newest
    try:
        rows = filtered(request, page)
    except IncorrectLookupParameters:
        return
    shown.new = rows.filter(pk__gt=shown.since).order_by()[:MOST_NEW].count()


def first_newest(page: Any, shown: Open, newest: int) -> int:
    """The newest row that an opened list can have shown: its first one, where it begins with the newest."""
    is_newest_first = list(page.ordering or page.model._meta.ordering) == ["-id"]
    if is_newest_first and shown.keys and not {ORDER, PAGE} & set(shown.query):
        return max(shown.keys)
    return newest
