"""What every list of the portal can do: show chosen columns, hand over the rows of its filter, open as one likes it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from unfold.views import ChangeList as UnfoldList

Column = str | Callable[..., Any]
# The query that this person wants a list of that model opened with, or "".
FirstQuery = Callable[[HttpRequest, type[Model]], str]
# Parameters of a list's address that filter nothing.
COLUMNS, VIEW = "columns", "view"
CHECKBOX = "action_checkbox"

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

    def __init__(
        self,
        request: HttpRequest,
        model: type[Model],
        list_display: Sequence[Column],
        list_display_links: Sequence[Column] | None,
        *rest: Any,
    ) -> None:
        self.usual = [column for column in list_display if column != CHECKBOX]
        more = [column for column in rest[7].more_columns if column not in self.usual]
        self.offered: list[Column] = [*self.usual, *more]
        shown = self.chosen(asked(request), links=list_display_links or [])
        boxes = [column for column in list_display if column == CHECKBOX]
        self.request = request
        super().__init__(request, model, [*boxes, *shown], list_display_links, *rest)

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
