"""What every list of the portal can do: show chosen columns, hand over the rows of its filter, open as one likes it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _
from unfold.views import ChangeList as UnfoldList

from drivepower.core import narrowing, sorting, zoned

Column = str | Callable[..., Any]
# The query that this person wants a list of that model opened with, or "".
FirstQuery = Callable[[HttpRequest, type[Model]], str]
# Parameters of a list's address that filter nothing.
COLUMNS, VIEW = "columns", "view"
# The view that is none: the bare address would open the first one.
WHOLE = "all"
CHECKBOX = "action_checkbox"
# How many columns of a row a phone shows where a page names none.
ON_A_PHONE = 4
# The database walks over every row before a page: further ones take it longer than anybody turns pages.
MOST_PAGES = 200

_first_queries: list[FirstQuery] = []


def hang_up_first_query(ask: FirstQuery) -> None:
    """Let that say how lists open where their address asks for nothing."""
    _first_queries.append(ask)


def first_query(request: HttpRequest, model: type[Model]) -> str:
    """What the bare address of the list stands for, for this person."""
    return next((query for ask in _first_queries if (query := ask(request, model))), "")


def key_of(column: Column) -> str:
    """What an address calls a column."""
    return column if isinstance(column, str) else column.__name__


class ChosenList(UnfoldList):  # type: ignore[misc]  # unfold has no type hints
    """A list with the columns that its address names, in that order; what opens a row always stays."""

    page_num: int
    result_list: Any

    def __init__(
        self,
        request: HttpRequest,
        model: type[Model],
        list_display: Sequence[Column],
        list_display_links: Sequence[Column] | None,
        *rest: Any,
    ) -> None:
        pages, sortable = rest[7], rest[8]
        shown_as = partial(zoned.column, pages)
        boxes = [column for column in list_display if column == CHECKBOX]
        links = [shown_as(column) for column in list_display_links or []]
        self.usual = [shown_as(column) for column in list_display if column != CHECKBOX]
        more = [column for column in map(shown_as, pages.more_columns) if column not in self.usual]
        self.offered: list[Column] = [*self.usual, *more]
        shown = self.chosen(asked(request), links=links)
        self.request = request
        rest = (*rest[:8], [shown_as(column) for column in sortable], *rest[9:])
        super().__init__(request, model, [*boxes, *shown], list_display_links and links, *rest)

    def chosen(self, keys: Sequence[str], *, links: Sequence[Column]) -> list[Column]:
        """The columns of those names behind the ones that open rows; the usual ones where none is known."""
        known = {key_of(column): column for column in self.offered}
        wanted = [known[key] for key in dict.fromkeys(keys) if key in known]
        if not wanted:
            return list(self.usual)
        return [*(column for column in links if column not in wanted), *wanted]

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Without what filters nothing."""
        found: Mapping[str, Any] = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in (COLUMNS, VIEW)}

    def get_filters(self, request: HttpRequest) -> Any:
        """Refuses what no filter takes and the list does not show; IncorrectLookupParameters for what is no value."""
        if any("\x00" in value for values in self.get_filters_params().values() for value in values):
            raise IncorrectLookupParameters
        found = super().get_filters(request)
        for name, values in found[2].items():
            if narrowing.is_admitted(self.model_admin, request, name):
                narrowing.check(self.opts, name, values)
                continue
            if narrowing.is_of_table(self.opts, name) or name in self.root_queryset.query.annotations:
                raise DisallowedModelAdminLookup(f"Filtering by {name} not allowed")
            raise IncorrectLookupParameters
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> "QuerySet[Any]":
        """Compiled once, so that a value that no column can hold is found before a row is read."""
        try:
            rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
            rows.query.get_compiler(rows.db).as_sql()
        except EmptyResultSet:
            pass
        except (ArithmeticError, ValidationError, ValueError) as error:
            raise IncorrectLookupParameters from error
        return rows

    def get_ordering(self, request: HttpRequest, queryset: "QuerySet[Any]") -> list[Any]:
        """Of a big list by one column that an index answers, whatever its address asks for."""
        if self.model_admin.is_big:
            wanted = self.params.pop(ORDER_VAR, "").split(".")
            if possible := [one for one in wanted if sorting.column_of(one, self) is not None]:
                self.params[ORDER_VAR] = possible[0]
        ordering: list[Any] = super().get_ordering(request, queryset)
        return ordering

    def get_results(self, request: HttpRequest) -> None:
        """The last page that may be turned to, with a word, for one behind it; of a big list the keys first, so that
        the rows before the page are not joined to anything.
        """
        if self.page_num > MOST_PAGES:
            self.page_num = MOST_PAGES
            messages.warning(request, _("No list is turned further than this: narrow it by a filter or a time."))
        super().get_results(request)
        if self.model_admin.is_big and self.page_num > 1:
            keys = list(self.result_list.values_list("pk", flat=True))
            self.result_list = self.queryset.filter(pk__in=keys)

    def next_step(self) -> dict[str, Any]:
        """What to do where the list is empty: `label` and `address`; nothing where this person may not go there."""
        label, name = self.model_admin.empty_action or ("", "")
        address = way_to(name, self.request) if name else ""
        return {"label": label, "address": address} if address else {}

    def columns(self) -> Iterator[tuple[str, str, bool, bool]]:
        """Of each column that may be chosen: its key, its title, whether it is shown, whether it always is."""
        for column in self.offered:
            title = str(label_for_field(column, self.model, self.model_admin))
            is_fixed = column in (self.list_display_links or ())
            yield key_of(column), title, column in self.list_display, is_fixed


def on_a_phone(shown: Any) -> set[Column]:
    """The columns of a list that a phone shows at once: what opens a row, and what its page names, or the first few."""
    columns = [column for column in shown.list_display if column != CHECKBOX]
    opening = [column for column in columns if column in (shown.list_display_links or ())][:1] or columns[:1]
    wanted = getattr(shown.model_admin, "phone_columns", ())
    named = [column for column in columns if key_of(column) in wanted]
    return {CHECKBOX, *opening, *(named or columns[:ON_A_PHONE])}


def asked(request: HttpRequest) -> list[str]:
    """The names of columns in an address: `columns=a,b` and `columns=a&columns=b` are the same."""
    return [key for text in request.GET.getlist(COLUMNS) for key in text.split(",") if key]


def way_to(name: str, request: HttpRequest) -> str:
    """The address of that name; "" where there is none, or it is of pages that this person may not open."""
    try:
        address = reverse(name)
    except NoReverseMatch:
        return ""
    pages = getattr(resolve(address).func, "model_admin", None)
    if pages is None:
        return address
    may = pages.has_add_permission if name.endswith("_add") else pages.has_view_permission
    return address if may(request) else ""


def filtered(request: HttpRequest, model_admin: Any) -> "QuerySet[Any]":
    """The rows of the list as the address filters it, cut to the person; IncorrectLookupParameters for a bad filter."""
    rows: QuerySet[Any] = model_admin.get_changelist_instance(request).queryset
    return rows


class StateColours(dict[str, str]):
    """Colours of labels by state; a state that nobody thought of is neutral, and still told by its word."""

    def __missing__(self, state: str) -> str:
        return ""


# What states mean, whatever they are of: the value for `@display(label=STATES)`.
STATES = StateColours(
    dict.fromkeys(
        ("online", "active", "available", "accepted", "approved", "settled", "sent", "done", "ok", "completed"),
        "success",
    )
    | dict.fromkeys(("requested", "ended", "charging", "open", "running", "queued", "processing", "waiting"), "info")
    | dict.fromkeys(("stopping", "review", "warning", "pending", "maintenance", "acknowledged", "reserved"), "warning")
    | dict.fromkeys(("failed", "faulted", "rejected", "critical", "blocked", "error", "timeout", "lost"), "danger")
)


def state_label(value: str, text: str) -> tuple[str, str]:
    """A state for `@display(label=STATES)`: its word, and its colour beside it; never a colour alone."""
    return value, text or value
